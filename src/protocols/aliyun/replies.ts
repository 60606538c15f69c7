/** Writes replies: the four-key envelope of the business layer, the empty body of the gateway. */
import { type Fault, isFault } from '../../domain/fault.ts'
import { OUTCOME_NAMES, type Outcome } from '../../domain/outcome.ts'
import type { CallNames, Protocol, WireReply, WireRequest } from '../protocol.ts'
import { headerOf } from '../request-header.ts'
import { APIS } from './apis.ts'
import {
  type BusinessCode,
  type CodeTexts,
  type FaultRow,
  GATEWAY,
  type GatewayName,
  type GatewayRow,
  messageOf,
  type PlatformCode,
  REFUSALS,
  resultOf,
  textOf,
} from './catalogue.ts'
import { faceOf } from './credential.ts'
import { signatureEcho } from './echo.ts'
import type { Settings } from './options.ts'
import { type AliyunCall, type Ground, readCall, routeOf } from './server.ts'
import { specimenCode } from './specimens.ts'

/** Old Java clients read ISO-8859-1 unless the charset is named exactly here. */
const BUSINESS_TYPE = 'application/json;charset=UTF-8'
/** Sic: this is what the gateway sends with its empty bodies. */
const GATEWAY_TYPE = 'application/oct-stream'
const LEGACY_TYPE = 'text/plain;charset=UTF-8'
const ERROR_TEXT_BYTES_MAX = 4096
const FILLED_BYTES_MAX = 256
const BEIJING_MS = 8 * 3_600_000
const MINUTE_MS = 60_000
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Replies = Pick<Protocol, 'answer' | 'writeAnswer' | 'writeFault'>

/** The writing half of the face. */
export function createReplies(ground: Ground): Replies {
  const { settings } = ground
  const openings = new Map(
    [...APIS.values()].map(({ api }) => [api, openingsOf(api, settings.codeTexts)]),
  )
  const minuteText = createMinuteText()
  const close = (start: string, names: CallNames): string => {
    return `${start}${names.sequenceCode}${minuteText(names.atMs)}"}`
  }
  const writeAnswer = (request: WireRequest, body: string, names: CallNames): WireReply => ({
    status: 200,
    headers: [
      'Content-Type',
      BUSINESS_TYPE,
      'X-Ca-Request-Id',
      requestIdOf({ request, names, settings }),
    ],
    body,
  })
  return {
    answer(call, outcome, names) {
      // A face is given back no other calls than those that it has read.
      const encrypt = (call as AliyunCall).encrypt
      const start =
        encrypt === undefined
          ? openings.get(call.api)![outcome]
          : openingOf(outcome, call.api, settings.codeTexts, encryptedData(encrypt))
      return close(start, names)
    },
    writeAnswer,
    writeFault(request, fault, names) {
      const row: FaultRow = REFUSALS[fault.fault]
      const code = specimenCode(fault) ?? envelopeCodeOf(row, request, ground)
      if (code !== undefined) {
        const api = APIS.get(routeOf(request.path))?.api
        const start = opening(code, messageOf(code, settings.codeTexts, api), 'null')
        return writeAnswer(request, close(start, names), names)
      }
      return writeRefusal(gatewayRowOf(row, request, settings), { request, fault, names, settings })
    },
  }
}

/** What an answer of each outcome begins with, for one operation. */
function openingsOf(api: string, edition: CodeTexts): Record<Outcome, string> {
  const texts = OUTCOME_NAMES.map((outcome) => {
    return [outcome, openingOf(outcome, api, edition, (state) => `{"state":"${state}"}`)]
  })
  return Object.fromEntries(texts)
}

/** What the answer of one outcome begins with; `dataOf` makes JSON of a state. */
function openingOf(
  outcome: Outcome,
  api: string,
  edition: CodeTexts,
  dataOf: (state: string) => string,
): string {
  const { code, state } = resultOf(outcome, edition, api)
  return opening(code, textOf(code, edition, api), state === undefined ? 'null' : dataOf(state))
}

/** Data of an encrypted call: one text in place of the object, inside it the blank that the vendor has. */
function encryptedData(encrypt: (text: string) => string): (state: string) => string {
  return (state) => `"${encrypt(`{"state": "${state}"}`)}"`
}

/** Everything of an answer's body up to its sequence number. */
function opening(code: BusinessCode | PlatformCode, message: string, data: string): string {
  return `{"code":"${code}","message":"${message}","data":${data},"seqNo":"`
}

/** Minute in Beijing time as `yyMMddHHmm`; the last one is kept, as calls come in order of time. */
function createMinuteText(): (atMs: number) => string {
  let minute = -1
  let text = ''
  return (atMs) => {
    const wanted = Math.floor(atMs / MINUTE_MS)
    if (wanted !== minute) {
      minute = wanted
      const iso = new Date(atMs + BEIJING_MS).toISOString()
      text = iso.slice(2, 16).replace(/[^0-9]/g, '')
    }
    return text
  }
}

/** The code of a refusal in an envelope; undefined when the gateway layer speaks it. */
function envelopeCodeOf(
  row: FaultRow,
  request: WireRequest,
  ground: Ground,
): BusinessCode | PlatformCode | undefined {
  if (row.direct !== undefined && faceOf(request, ground.settings) === 'direct') return row.direct
  if (row.business === undefined || row.gateway === undefined) return row.business
  return isReadable(request, ground) ? row.business : undefined
}

/**
 * Whether a request can be read and decoded. Where a row leaves the layer open, the fault struck
 * after decoding if so; a request that breaks even that is the gateway's.
 */
function isReadable(request: WireRequest, ground: Ground): boolean {
  try {
    const call = readCall(request, ground)
    return !isFault(call) && !isFault(call.decode())
  } catch {
    return false
  }
}

function gatewayRowOf(row: FaultRow, request: WireRequest, settings: Settings): GatewayRow {
  const signed = row.signed !== undefined && faceOf(request, settings) === 'appkey'
  const name: GatewayName = (signed ? row.signed : row.gateway) ?? 'internal'
  return GATEWAY[name]
}

interface Named {
  readonly request: WireRequest
  readonly names: CallNames
  readonly settings: Settings
}

interface Refused extends Named {
  readonly fault: Fault
}

/** The id of a call: the one that a gateway before us gave it, else our own. */
function requestIdOf({ request, names, settings }: Named): string {
  const given =
    settings.proxySignature === 'required' ? headerOf(request, 'x-ca-request-id') : undefined
  return given !== undefined && UUID.test(given) ? given : names.requestId.toUpperCase()
}

function writeRefusal(row: GatewayRow, refused: Refused): WireReply {
  const requestId = ['X-Ca-Request-Id', requestIdOf(refused)]
  if (refused.settings.gatewayErrors === 'legacy') {
    const text = filled(row.legacyText, refused)
    const headers = ['Content-Type', LEGACY_TYPE, ...requestId, 'X-Ca-Error-Message', text]
    return { status: row.legacyStatus, headers, body: '' }
  }
  const headers = ['Content-Type', GATEWAY_TYPE, ...requestId, 'X-Ca-Error-Code', row.code]
  headers.push('X-Ca-Error-Message', filled(row.text, refused))
  return { status: row.status, headers, body: '' }
}

/** Fills the places of a text; what comes from the request is cut and loses control characters. */
function filled(text: string, { request, fault, settings }: Refused): string {
  if (!text.includes('{')) return text
  const places: Record<string, () => string> = {
    field: () => cut(fault.field ?? ''),
    reason: () => cut(fault.reason ?? ''),
    method: () => cut(request.method),
    path: () => cut(routeOf(request.path)),
    stringToSign: () => signatureEcho(request, settings),
  }
  return text
    .replace(/\{(\w+)\}/g, (whole, place: string) => places[place]?.() ?? whole)
    .replace(/[^\x20-\x7e\x80-\xff]/g, ' ')
    .slice(0, ERROR_TEXT_BYTES_MAX)
    .trimEnd()
}

function cut(text: string): string {
  return text.slice(0, FILLED_BYTES_MAX)
}
