/**
 * The tables of the sandbox, performed on the wire row by row: every outcome, every fault, every code
 * of both catalogues. A row of a catalogue that nothing here brings about fails the last tests.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import { FAULT_NAMES, type FaultName } from '../src/domain/fault.ts'
import { OUTCOME_NAMES } from '../src/domain/outcome.ts'
import type { Running } from '../src/main.ts'
import { APIS } from '../src/protocols/aliyun/apis.ts'
import * as aliyun from '../src/protocols/aliyun/catalogue.ts'
import { PROVOCATIONS as ALIYUN_PROVOCATIONS } from '../src/protocols/aliyun/provocations.ts'
import { BUSINESS_SPECIMENS, PLATFORM_SPECIMENS } from '../src/protocols/aliyun/specimens.ts'
import type { Provocation, RequestChange } from '../src/protocols/provocation.ts'
import * as tencent from '../src/protocols/tencent/catalogue.ts'
import { ACTIONS } from '../src/protocols/tencent/messages.ts'
import type { ResultEdition } from '../src/protocols/tencent/options.ts'
import {
  RIGHT_PARAMETERS,
  PROVOCATIONS as TENCENT_PROVOCATIONS,
} from '../src/protocols/tencent/provocations.ts'
import { SPECIMENS } from '../src/protocols/tencent/specimens.ts'
import { FAULT_KEYS } from '../src/sandbox/fault-keys.ts'
import { SCENARIOS } from '../src/sandbox/scenarios.ts'
import { Place } from './support/service.ts'
import {
  changed,
  type ReplySaid,
  type Signing,
  send,
  signedRequest,
} from './support/vendor-requests.ts'

const BOTH_EDITIONS = ['reference', '2025-06'] as const
const TENCENT_SIGNINGS = ['tc3', 'v1'] as const
const ALIYUN_SIGNINGS = ['appcode', 'appkey', 'direct'] as const
/** Any well-formed elements: a magic card asks for none in particular. */
const ANYBODY = { name: '某人', idNumber: '110101199003071022', mobile: '13800138000' }

const places = { reference: new Place(), '2025-06': new Place() }
const services = {} as Record<ResultEdition, Running>

beforeAll(async () => {
  const fast = { KAYAN_RATE_PER_SECOND: '10000' }
  services.reference = await places.reference.serve(fast)
  services['2025-06'] = await places['2025-06'].serve({
    ...fast,
    KAYAN_TENCENT_RESULT_EDITION: '2025-06',
    KAYAN_ALIYUN_CODE_TEXTS: 'vendor2018',
    KAYAN_ALIYUN_GATEWAY_ERRORS: 'legacy',
  })
})
afterAll(async () => {
  for (const edition of BOTH_EDITIONS) {
    await services[edition].stop('test')
    places[edition].remove()
  }
})

/** What was brought about, for the last tests. */
const seen = {
  outcomes: new Set<string>(),
  tencentFaults: new Set<string>(),
  aliyunFaults: new Set<string>(),
  tencentResults: new Set<string>(),
  codes: new Set<string>(),
  states: new Set<string>(),
}

function note(reply: ReplySaid): ReplySaid {
  seen.codes.add(reply.code)
  return reply
}

async function ask(
  signing: Signing,
  before: RequestChange = {},
  options: { operation?: string; after?: RequestChange; edition?: ResultEdition } = {},
): Promise<ReplySaid> {
  const { url } = services[options.edition ?? 'reference']
  const signed = signedRequest(url, signing, before, options.operation)
  return note(await send(url, changed(signed, options.after)))
}

/** Elements in the spelling of an operation. */
function spelled(fields: Iterable<readonly [string, string]>, cardNumber: string) {
  const clear: Record<string, string> = { ...ANYBODY, cardNumber }
  return Object.fromEntries([...fields].map(([field, element]) => [field, clear[element] ?? '']))
}

function tencentBody(cardNumber: string, action: tencent.Action = 'BankCard4EVerification') {
  return { body: JSON.stringify(spelled(Object.entries(ACTIONS[action].elements), cardNumber)) }
}

function aliyunBody(cardNumber: string, path = '/communication/personal/1887') {
  const fields = APIS.get(path)?.fields ?? []
  return { body: new URLSearchParams(spelled(fields, cardNumber)).toString() }
}

const CARDS = SCENARIOS.flatMap((row) => ('outcome' in row ? [row] : []))
const PROMPT_CARDS = CARDS.filter(({ delayMs }) => delayMs === undefined)

for (const edition of BOTH_EDITIONS) {
  for (const action of Object.keys(tencent.RESULTS) as tencent.Action[]) {
    test(`${action}, edition ${edition}: every magic card gives its result`, async () => {
      const rows = tencent.resultsOf(action, edition)
      await Promise.all(
        PROMPT_CARDS.map(async ({ cardNumber, outcome }) => {
          const change = tencentBody(cardNumber, action)
          const reply = await ask('tc3', change, { operation: action, edition })
          const { result, description } = rows[outcome]
          expect(reply, outcome).toEqual({ status: 200, code: '', result, message: description })
          seen.outcomes.add(outcome)
          seen.tencentResults.add(`${action} ${reply.result}`)
        }),
      )
    })
  }
}

for (const path of APIS.keys()) {
  for (const [edition, texts] of [
    ['reference', 'pdd'],
    ['2025-06', 'vendor2018'],
  ] as const) {
    test(`${path}, texts ${texts}: every magic card gives its code and state`, async () => {
      await Promise.all(
        PROMPT_CARDS.map(async ({ cardNumber, outcome }) => {
          const change = aliyunBody(cardNumber, path)
          const reply = await ask('appcode', change, { operation: path, edition })
          const api = APIS.get(path)?.api
          const { code, state } = aliyun.resultOf(outcome, texts, api)
          const message = aliyun.textOf(code, texts, api)
          expect(reply, outcome).toEqual({
            status: 200,
            code,
            message,
            ...(state && { result: state }),
          })
          if (state) seen.states.add(state)
        }),
      )
    })
  }
}

test('a slow card answers after the time beside it', async () => {
  for (const { cardNumber, delayMs = 0 } of CARDS) {
    if (delayMs === 0) continue
    const startedMs = performance.now()
    expect(await ask('tc3', tencentBody(cardNumber))).toMatchObject({ result: '0' })
    expect(performance.now() - startedMs).toBeGreaterThan(delayMs - 20)
  }
}, 15_000)

test('a magic card for a trouble refuses on both faces', async () => {
  for (const row of SCENARIOS) {
    if (!('fault' in row)) continue
    const { fault, cardNumber } = row
    expect(await ask('tc3', tencentBody(cardNumber))).toMatchObject(tencentSays(fault))
    expect(await ask('appcode', aliyunBody(cardNumber))).toMatchObject(
      aliyunSays(fault, 'appcode', true),
    )
  }
})

function tencentSays(fault: FaultName) {
  return { status: 200, code: tencent.ERRORS[fault].code }
}

/** What the Aliyun face says of a fault: `decodable` when the request can be read to its elements. */
function aliyunSays(fault: FaultName, signing: Signing, decodable: boolean) {
  const row: aliyun.FaultRow = aliyun.REFUSALS[fault]
  if (signing === 'direct' && row.direct !== undefined) {
    return { status: 200, code: row.direct, message: aliyun.PLATFORM_TEXTS[row.direct] }
  }
  if (row.business !== undefined && (row.gateway === undefined || decodable)) {
    return { status: 200, code: row.business, message: aliyun.textOf(row.business, 'pdd') }
  }
  const name = (signing === 'appkey' ? row.signed : undefined) ?? row.gateway ?? 'internal'
  const { status, code, text } = aliyun.GATEWAY[name]
  return { status, code, message: matching(text) }
}

/** The text as it is, with anything in its places. */
function matching(text: string) {
  const [first = '', ...rest] = text.split(/\{\w+\}/)
  return rest.length === 0 ? first : expect.stringContaining(first.trimEnd())
}

for (const signing of TENCENT_SIGNINGS) {
  test(`Tencent, ${signing}: the magic key of every fault is refused with it`, async () => {
    for (const { fault, tencent: credential } of FAULT_KEYS) {
      const reply = await ask(signing, { credential })
      expect(reply, credential).toMatchObject(tencentSays(fault.fault))
      seen.tencentFaults.add(fault.fault)
    }
  })
}

for (const signing of ALIYUN_SIGNINGS) {
  test(`Aliyun, ${signing}: the magic key of every fault is refused with it`, async () => {
    for (const keys of FAULT_KEYS) {
      const credential = keys[signing]
      const { fault } = keys.fault
      const reply = await ask(signing, { credential })
      expect(reply, credential).toMatchObject(aliyunSays(fault, signing, true))
      seen.aliyunFaults.add(fault)
    }
  })
}

test('an AppCode is no direct key, and a direct key no AppCode', async () => {
  const asDirect = await ask('direct', { credential: SANDBOX_KEYS.appcode.credential })
  expect(asDirect).toMatchObject(aliyunSays('key_unknown', 'direct', true))
  const asAppCode = await ask('appcode', { credential: SANDBOX_KEYS.direct.credential })
  expect(asAppCode).toMatchObject(aliyunSays('key_unknown', 'appcode', true))
})

test('a fault of both layers is the gateway’s when the request cannot be decoded', async () => {
  for (const { fault, appcode: credential } of FAULT_KEYS) {
    const row: aliyun.FaultRow = aliyun.REFUSALS[fault.fault]
    if (row.gateway === undefined || row.business === undefined) continue
    const reply = await ask('appcode', { credential, body: '[1]' })
    expect(reply, credential).toMatchObject(aliyunSays(fault.fault, 'appcode', false))
  }
})

test('classic gateways answer the same keys by their own status and text', async () => {
  for (const { fault, appcode: credential } of FAULT_KEYS) {
    const row: aliyun.FaultRow = aliyun.REFUSALS[fault.fault]
    if (row.gateway === undefined || row.business !== undefined) continue
    const reply = await ask('appcode', { credential }, { edition: '2025-06' })
    const { legacyStatus, legacyText } = aliyun.GATEWAY[row.gateway]
    expect(reply, credential).toMatchObject({ status: legacyStatus, code: '' })
    expect(reply.message).toEqual(matching(legacyText))
  }
})

test('a magic key with a wrong signature is refused for the signature', async () => {
  const credential = 'AKIDKayanSandboxQuotaExhausted'
  const body = JSON.stringify({ ...RIGHT_PARAMETERS, Name: '王芳' })
  const reply = await ask('tc3', { credential }, { after: { body } })
  expect(reply).toMatchObject(tencentSays('signature_mismatch'))
})

test.for(TENCENT_PROVOCATIONS)('Tencent: $fault by $how.en', async (row) => {
  expect(await provoke(row)).toMatchObject(tencentSays(row.fault))
})

test.for(ALIYUN_PROVOCATIONS)('Aliyun: $fault by $how.en', async (row) => {
  const said = aliyunSays(row.fault, row.signing as Signing, false)
  expect(await provoke(row)).toMatchObject(said)
})

async function provoke(row: Provocation): Promise<ReplySaid> {
  const { url } = services.reference
  const signed = changed(signedRequest(url, row.signing as Signing, row.before), row.after)
  let reply = await send(url, signed)
  for (let sent = 1; sent < (row.times ?? 1); sent++) reply = await send(url, signed)
  return note(reply)
}

test('Tencent: every code of the closed tables that no refusal reaches has its card', async () => {
  for (const { cardNumber, code, en } of SPECIMENS) {
    const reply = await ask('tc3', tencentBody(cardNumber))
    expect(reply).toEqual({ status: 200, code, message: en({} as tencent.Quotes) })
  }
})

test('Aliyun: the card of every failing business code and of every platform code gives it', async () => {
  for (const { cardNumber, code } of BUSINESS_SPECIMENS) {
    const message = aliyun.textOf(code, 'pdd')
    expect(await ask('appcode', aliyunBody(cardNumber))).toEqual({ status: 200, code, message })
  }
  for (const { cardNumber, code } of PLATFORM_SPECIMENS) {
    const message = aliyun.PLATFORM_TEXTS[code]
    expect(await ask('direct', aliyunBody(cardNumber))).toEqual({ status: 200, code, message })
  }
})

test('Aliyun: the card of a platform code is an unknown card on the gateway face', async () => {
  const { cardNumber } = PLATFORM_SPECIMENS[0]!
  const reply = await ask('appcode', aliyunBody(cardNumber))
  expect(reply).toMatchObject({ code: '10000', result: '2' })
})

test('nothing is missing: every outcome, and every fault on both faces', () => {
  expect([...seen.outcomes].sort()).toEqual([...OUTCOME_NAMES].sort())
  expect([...seen.tencentFaults].sort()).toEqual([...FAULT_NAMES].sort())
  expect([...seen.aliyunFaults].sort()).toEqual([...FAULT_NAMES].sort())
})

test('nothing is missing: every result of every action, 22 of them for four elements', () => {
  const all = (Object.keys(tencent.RESULTS) as tencent.Action[]).flatMap((action) =>
    BOTH_EDITIONS.flatMap((edition) =>
      Object.values(tencent.resultsOf(action, edition)).map(({ result }) => `${action} ${result}`),
    ),
  )
  expect([...seen.tencentResults].sort()).toEqual([...new Set(all)].sort())
  const four = [...seen.tencentResults].filter((row) => row.startsWith('BankCard4EVerification '))
  const numbers = four.map((row) => Math.abs(Number(row.split(' ')[1]))).sort((a, b) => a - b)
  expect(numbers).toEqual(Array.from({ length: 22 }, (_, number) => number))
})

/** The codes of the action's page. */
const BUSINESS_ERRORS = [
  'FailedOperation.DecryptSystemError',
  'FailedOperation.StsUnAuthErrError',
  'FailedOperation.UnKnown',
  'InvalidParameter',
  'InvalidParameter.UnsupportEncryptField',
  'InvalidParameterValue',
  'UnauthorizedOperation.Arrears',
  'UnauthorizedOperation.ChargeStatusException',
  'UnauthorizedOperation.NonAuthorize',
  'UnauthorizedOperation.Nonactivated',
]

/** The public codes, as every product's page lists them (1388/114322). */
const PUBLIC_ERRORS = `
  ActionOffline AuthFailure.InvalidAuthorization AuthFailure.InvalidSecretId AuthFailure.MFAFailure
  AuthFailure.SecretIdNotFound AuthFailure.SignatureExpire AuthFailure.SignatureFailure
  AuthFailure.TokenFailure AuthFailure.UnauthorizedOperation DryRunOperation FailedOperation
  InternalError InvalidAction InvalidParameter InvalidParameterValue InvalidRequest IpInBlacklist
  IpNotInWhitelist LimitExceeded MissingParameter NoSuchProduct NoSuchVersion RequestLimitExceeded
  RequestLimitExceeded.GlobalRegionUinLimitExceeded RequestLimitExceeded.IPLimitExceeded
  RequestLimitExceeded.UinLimitExceeded RequestSizeLimitExceeded ResourceInUse
  ResourceInsufficient ResourceNotFound ResourceUnavailable ResponseSizeLimitExceeded
  ServiceUnavailable UnauthorizedOperation UnknownParameter UnsupportedOperation
  UnsupportedProtocol UnsupportedRegion`
  .trim()
  .split(/\s+/)

test('nothing is missing: every code of both vendors and all three states', () => {
  const errors = [...Object.values(tencent.ERRORS), ...SPECIMENS].map(({ code }) => code)
  const gateway = Object.values(aliyun.GATEWAY).map(({ code }) => code)
  const codes = [...Object.keys(aliyun.TEXTS), ...Object.keys(aliyun.PLATFORM_TEXTS)]
  const wanted = [...BUSINESS_ERRORS, ...PUBLIC_ERRORS, ...errors, ...gateway, ...codes]
  expect(wanted.filter((code) => !seen.codes.has(code))).toEqual([])
  expect(codes.filter((code) => code.startsWith('100'))).toHaveLength(21)
  expect([...seen.states].sort()).toEqual(['1', '2', '3'])
})
