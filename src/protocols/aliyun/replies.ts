/** Writes replies: the four-key envelope of the business layer, the empty body of the gateway. */
import { type Fault, isFault } from '../../domain/fault.ts'
import { OUTCOME_NAMES, type Outcome } from '../../domain/outcome.ts'
import type { CallNames, Protocol, WireReply, WireRequest } from '../protocol.ts'
import {
  type BusinessCode,
  type FaultRow,
  GATEWAY,
  type GatewayName,
  type GatewayRow,
  REFUSALS,
  resultOf,
  textOf,
} from './catalogue.ts'
import { isSigned } from './credential.ts'
import { signatureEcho } from './echo.ts'
import type { Settings } from './options.ts'
import { type Ground, readCall, routeOf } from './server.ts'

/** Old Java clients read ISO-8859-1 unless the charset is named exactly here. */
const BUSINESS_TYPE = 'application/json;charset=UTF-8'
/** Sic: this is what the gateway sends with its empty bodies. */
const GATEWAY_TYPE = 'application/oct-stream'
const LEGACY_TYPE = 'text/plain;charset=UTF-8'
const ERROR_TEXT_BYTES_MAX = 4096
const FILLED_BYTES_MAX = 256
const BEIJING_MS = 8 * 3_600_000
const MINUTE_MS = 60_000

type Replies = Pick<Protocol, 'answer' | 'writeAnswer' | 'writeFault'>

/** The writing half of the face. */
export function createReplies(ground: Ground): Replies {
  const { settings } = ground
  const openings = new Map<Outcome, string>(
    OUTCOME_NAMES.map((outcome) => {
      const { code, state } = resultOf(outcome, settings.codeTexts)
      return [outcome, opening(code, state, settings)]
    }),
  )
  const minuteText = createMinuteText()
  const close = (start: string, names: CallNames): string => {
    return `${start}${names.sequenceCode}${minuteText(names.atMs)}"}`
  }
  const writeAnswer = (_request: WireRequest, body: string, names: CallNames): WireReply => ({
    status: 200,
    headers: ['Content-Type', BUSINESS_TYPE, 'X-Ca-Request-Id', names.requestId.toUpperCase()],
    body,
  })
  return {
    answer: (_call, outcome, names) => close(openings.get(outcome)!, names),
    writeAnswer,
    writeFault(request, fault, names) {
      const row: FaultRow = REFUSALS[fault.fault]
      if (speaksBusiness(row, request, ground)) {
        const body = close(opening(row.business, undefined, settings), names)
        return writeAnswer(request, body, names)
      }
      return writeRefusal(gatewayRowOf(row, request), { request, fault, names, settings })
    },
  }
}

/** Everything of an answer's body up to its sequence number. */
function opening(code: BusinessCode, state: string | undefined, settings: Settings): string {
  const data = state === undefined ? 'null' : `{"state":"${state}"}`
  const message = textOf(code, settings.codeTexts)
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

type BusinessRow = Extract<FaultRow, { readonly business: BusinessCode }>

/**
 * Whether a refusal is spoken by the business layer. Where the row leaves it open, the fault struck
 * after decoding if the request can be decoded at all; a request that breaks even that is the gateway's.
 */
function speaksBusiness(row: FaultRow, request: WireRequest, ground: Ground): row is BusinessRow {
  if (row.business === undefined) return false
  if (row.gateway === undefined) return true
  try {
    const call = readCall(request, ground)
    return !isFault(call) && !isFault(call.decode())
  } catch {
    return false
  }
}

function gatewayRowOf(row: FaultRow, request: WireRequest): GatewayRow {
  const signed = 'signed' in row && isSigned(request) ? row.signed : undefined
  const name: GatewayName = signed ?? row.gateway ?? 'internal'
  return GATEWAY[name]
}

interface Refused {
  readonly request: WireRequest
  readonly fault: Fault
  readonly names: CallNames
  readonly settings: Settings
}

function writeRefusal(row: GatewayRow, refused: Refused): WireReply {
  const requestId = ['X-Ca-Request-Id', refused.names.requestId.toUpperCase()]
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
