/**
 * The server half of the Tencent face: requests of API 3.0 (faceid 2018-03-01) into calls, answers and
 * refusals into reply envelopes. Every reply has status 200 and a RequestId.
 */
import { type Fault, isFault } from '../../domain/fault.ts'
import { OUTCOME_NAMES, type Outcome } from '../../domain/outcome.ts'
import { chargeTable } from '../charge-table.ts'
import type {
  CallNames,
  Check,
  Protocol,
  ProtocolCall,
  WireReply,
  WireRequest,
} from '../protocol.ts'
import { apiOf, type Face, type TencentCall } from './call.ts'
import {
  type Action,
  dataKeyErrorOf,
  ERRORS,
  type Quotes,
  RESULTS,
  type ResultRow,
  resultsOf,
} from './catalogue.ts'
import { DataKeyCall } from './data-key.ts'
import { type Headers, readHeaders, traceIdOf, valuesOf } from './headers.ts'
import { ACTIONS, DATA_KEY_ACTION } from './messages.ts'
import { TENCENT_DEFAULTS, type TencentOptions } from './options.ts'
import { quotable, scrubbed } from './scrub.ts'
import { SigningKeys } from './signature.ts'
import { specimenRow } from './specimens.ts'
import { readTc3 } from './tc3.ts'
import { readV1 } from './v1.ts'

/** Longest request target, and longest form body of the v1 family, that the vendor accepts. */
const TARGET_BYTES_MAX = 32 * 1024
const V1_BODY_BYTES_MAX = 1024 * 1024

/** Checks 10 to 15 of the contract: account and subscription come before any decryption. */
const PRECEDENCE: readonly Check[] = [
  'throttle',
  'repeat',
  'decode',
  'account',
  'immediate',
  'subscription',
  'decrypt',
  'format',
]
const CONTENT_TYPE = ['Content-Type', 'application/json'] as const
const PATHS: ReadonlySet<string> = new Set(['/', '/tencent', '/tencent/'])
const PAIRS = {
  Action: /(?:^|&)Action=([\w-]+)(?:&|$)/,
  Language: /(?:^|&)Language=([\w-]+)(?:&|$)/,
} as const
const DATA_KEY_API = apiOf(DATA_KEY_ACTION)
const ACTION_NAMES = Object.keys(RESULTS) as Action[]

/** Makes the face of one configuration. */
export function createTencent(options: TencentOptions = {}): Protocol {
  const settings = { ...TENCENT_DEFAULTS, ...options }
  const face: Face = { settings, signingKeys: new SigningKeys() }
  const tables = ACTION_NAMES.map(
    (action) => [action, resultsOf(action, settings.resultEdition)] as const,
  )
  const beginnings = new Map(tables.map(([action, rows]) => [apiOf(action), beginningsOf(rows)]))
  return {
    name: 'tencent',
    precedence: PRECEDENCE,
    charges: tables.map(([action, rows]) => {
      return chargeTable(apiOf(action), ACTIONS[action].product, rows, ({ result }) => result)
    }),
    owns: (path) => PATHS.has(path),
    read: (request) => {
      const call = readCall(face, request)
      return isFault(call) ? scrubbed(call) : call
    },
    answer(call, outcome, names) {
      const beginning = beginnings.get(call.api)![outcome]
      // A face is given back no other calls than those that it has read.
      const details = (call as TencentCall).details(outcome)
      return `${beginning}${details},"RequestId":"${names.requestId}"}}`
    },
    writeAnswer: (request, body) => reply(request, body),
    writeFault,
  }
}

/** Reads a request up to its action and credential: checks 1 to 5 of the contract, in their order. */
function readCall(face: Face, request: WireRequest): ProtocolCall | Fault {
  if (request.method !== 'POST' && request.method !== 'GET') return { fault: 'method_unknown' }
  if (request.target.length > TARGET_BYTES_MAX) return { fault: 'head_too_large' }
  const headers = readHeaders(request.rawHeaders)
  if (isFault(headers)) return headers
  if (request.bodyTooLarge) return oversize(headers)
  const read = headers.Authorization === undefined ? readV1 : readTc3
  const call = read(face, request, headers)
  return !isFault(call) && call.api === DATA_KEY_API ? new DataKeyCall(call) : call
}

/** The v1 family has a limit and a text of its own. */
function oversize(headers: Headers): Fault {
  const bytes = Number(headers['Content-Length'] ?? 0)
  return headers.Authorization === undefined && bytes > V1_BODY_BYTES_MAX
    ? { fault: 'signature_mismatch', reason: 'size' }
    : { fault: 'body_too_large' }
}

/** What an answer of each outcome begins with: its result and the description. */
function beginningsOf(rows: Record<Outcome, ResultRow>): Record<Outcome, string> {
  const texts = OUTCOME_NAMES.map((outcome) => {
    const { result, description } = rows[outcome]
    const members = JSON.stringify({ Result: result, Description: description })
    return [outcome, `{"Response":${members.slice(0, -1)}`]
  })
  return Object.fromEntries(texts)
}

function writeFault(request: WireRequest, fault: Fault, names: CallNames): WireReply {
  const row = specimenRow(fault) ?? dataKeyErrorOf(fault) ?? ERRORS[fault.fault]
  const quotes: Quotes = {
    field: fault.field ?? '',
    reason: fault.reason ?? '',
    count: fault.count,
    limit: fault.limit,
    requestId: names.requestId,
    action: quotable(commonOf(request, 'Action') ?? ''),
  }
  const message = commonOf(request, 'Language') === 'zh-CN' ? row.zh(quotes) : row.en(quotes)
  const error = { Code: row.code, Message: message }
  return reply(request, JSON.stringify({ Response: { Error: error, RequestId: names.requestId } }))
}

/** A common parameter of either family, read leniently: the refusal may be about the parameters. */
function commonOf(request: WireRequest, name: 'Action' | 'Language'): string | undefined {
  const header = valuesOf(request.rawHeaders, `x-tc-${name.toLowerCase()}`)[0]
  if (header !== undefined) return header
  if (valuesOf(request.rawHeaders, 'authorization').length > 0) return undefined
  const pairs = request.method === 'GET' ? request.query : request.body.toString('latin1')
  return PAIRS[name].exec(pairs)?.[1]
}

function reply(request: WireRequest, body: string): WireReply {
  const traceId = traceIdOf(request.rawHeaders)
  const headers = traceId === undefined ? CONTENT_TYPE : [...CONTENT_TYPE, 'X-TC-TraceId', traceId]
  return { status: 200, headers, body }
}
