/**
 * A gateway for tests: a customer's signed request through the real pipeline to vendors on this
 * machine, with meter and stores in memory that count what the customer and the vendors are paid.
 */
import { randomBytes } from 'node:crypto'
import { ChargeRules } from '../../src/billing/charge-rules.ts'
import type { CallRow } from '../../src/billing/store.ts'
import type { Asking } from '../../src/domain/attempt.ts'
import { AttemptTokens } from '../../src/domain/attempt-token.ts'
import { CallNaming } from '../../src/domain/call-names.ts'
import { Keyring } from '../../src/domain/keyring.ts'
import { Secret } from '../../src/domain/secret.ts'
import { createPipeline } from '../../src/gateway/pipeline.ts'
import type { Services } from '../../src/gateway/services.ts'
import { Events } from '../../src/observe/events.ts'
import { createLog } from '../../src/observe/log.ts'
import type { WireRequest } from '../../src/protocols/protocol.ts'
import { createTencent } from '../../src/protocols/tencent/index.ts'
import { keyOf } from '../../src/protocols/test-vendor.ts'
import { Guard } from '../../src/sources/guard.ts'
import type { Source } from '../../src/sources/source.ts'
import { MemoryAttempts, MemoryGuardStore } from '../../src/sources/test-stores.ts'
import { openUpstreams, type Upstreams } from '../../src/sources/upstream/compose.ts'
import { DoublePayBudget } from '../../src/sources/upstream/double-pays.ts'
import { LateVerdicts } from '../../src/sources/upstream/late-verdicts.ts'
import type { AttemptReport } from '../../src/sources/upstream/report.ts'
import {
  ROUTER_POLICY,
  type RouterPolicy,
  UPSTREAM_LIMITS,
  type UpstreamLimits,
} from '../../src/sources/upstream/settings.ts'
import { MemoryDoublePays, MemoryLateVerdicts } from '../../src/sources/upstream/test-stores.ts'
import { type TencentKey, tc3Headers } from '../support/tencent-signer.ts'
import { AUTHORITY, type Simulator } from './simulators.ts'

const FACE = createTencent()
const CUSTOMER: TencentKey = { secretId: 'AKIDcustomerEXAMPLE', secretKey: 'customerSecretEXAMPLE' }
const KEY = keyOf({
  kind: 'tencent',
  id: CUSTOMER.secretId,
  secret: new Secret(CUSTOMER.secretKey),
})

/** Limits short enough for tests, and long enough for a machine that does other work besides. */
export const QUICK: UpstreamLimits = {
  ...UPSTREAM_LIMITS,
  connectTimeoutMs: 1_000,
  firstByteTimeoutMs: 1_000,
  lateReadMs: 3_000,
}

export interface RouteWish {
  readonly vendor: Simulator
  /** Where it is reached instead of directly. */
  readonly endpoint?: string
  readonly limits?: Partial<UpstreamLimits>
}

export interface Gateway {
  readonly upstreams: Upstreams
  readonly attempts: MemoryAttempts
  readonly guardRows: MemoryGuardStore
  readonly reports: { readonly route: string; readonly report: AttemptReport }[]
  /** What the customer's calls came to. */
  readonly metered: { settled: CallRow[]; released: CallRow[] }
  /** Lets time pass for everything but timers. */
  advance(durationMs: number): void
  /** Asks for a card as a customer does; the number that answers it. */
  verify(cardNumber: string, mobile?: string): Promise<{ result: string; source: string }>
  close(): Promise<void>
}

/** Routes in the order of their tiers. */
export function openGateway(
  routes: readonly RouteWish[],
  policy: Partial<RouterPolicy> = {},
): Gateway {
  const keyring = new Keyring(Buffer.alloc(32, 9))
  const tokens = new AttemptTokens(keyring)
  let passedMs = 0
  const clock = {
    nowMs: () => Date.now() + passedMs,
    monotonicUs: () => (performance.now() + passedMs) * 1_000,
  }
  const attempts = new MemoryAttempts()
  const guardRows = new MemoryGuardStore()
  const late = new LateVerdicts(new MemoryLateVerdicts())
  const reports: Gateway['reports'] = []
  const upstreams = openUpstreams({
    attempts,
    clock,
    tokens,
    late,
    doublePays: new DoublePayBudget(new MemoryDoublePays()),
    guard: new Guard({ store: guardRows, tokens, clock }),
    random: randomBytes,
    chance: Math.random,
    watch: {
      attempted: (route, report) => void reports.push({ route, report }),
      late: (route, report) => void reports.push({ route, report }),
      turned: () => {},
      shared: () => {},
      guarded: () => {},
      doublePaySpent: () => {},
    },
    answered: () => {},
    passes: () => false,
    policyOf: () => ({
      ...ROUTER_POLICY,
      totalTimeoutMs: 5_000,
      attemptTimeoutMs: 1_500,
      startMsMin: 50,
      ...policy,
    }),
    settings: routes.map(({ vendor, endpoint = vendor.url, limits }, tier) => ({
      name: `${vendor.vendor.name}-${tier}`,
      vendor: vendor.vendor,
      credential: vendor.credential,
      endpoint,
      ca: AUTHORITY,
      profile: 'unionpay',
      costCentifen: 2_500,
      tier,
      weight: 1,
      limits: { ...QUICK, ...limits },
    })),
  })
  const metered: Gateway['metered'] = { settled: [], released: [] }
  const pipeline = createPipeline(
    services(upstreams.source, keyring, {
      ...{ metered, clock },
      hold: (asking) => holding(asking, attempts, guardRows),
    }),
  )
  return {
    upstreams,
    attempts,
    guardRows,
    reports,
    metered,
    advance(durationMs) {
      passedMs += durationMs
    },
    async verify(cardNumber, mobile = `138${cardNumber.slice(-8)}`) {
      const { body } = await pipeline(FACE, customerRequest(cardNumber, mobile, clock.nowMs()))
      const { Response } = JSON.parse(body)
      const last = [...metered.settled, ...metered.released].at(-1)
      return { result: Response.Result ?? Response.Error.Code, source: last?.source ?? '' }
    },
    close: async () => upstreams[Symbol.asyncDispose](),
  }
}

let serial = 0

interface Metering {
  readonly metered: Gateway['metered']
  readonly clock: Services['clock']
  /** Keeps what goes with a reservation. */
  readonly hold: (asking: Asking | undefined) => ReturnType<Services['meter']['reserve']>
}

async function holding(
  asking: Asking | undefined,
  attempts: MemoryAttempts,
  guardRows: MemoryGuardStore,
) {
  const taken = asking?.slot && (await guardRows.take(asking.slot))
  if (typeof taken === 'string') return { full: taken }
  if (asking?.row !== undefined) await attempts.prepare(asking.row)
  return undefined
}

/** What the pipeline needs beside the source: nothing is limited, repeated or refused. */
function services(source: Source, keyring: Keyring, { metered, clock, hold }: Metering): Services {
  const naming = new CallNaming(keyring)
  const nothing = async () => undefined
  const made = {
    clock,
    nameCall: (atMs: number) => naming.name(++serial, atMs),
    keys: { find: () => KEY },
    limiter: { take: () => 1 },
    repeats: {
      open: () => undefined,
      close: () => {},
      remember: () => {},
      lost: () => undefined,
      elsewhere: nothing,
    },
    meter: {
      availability: () => 'usable',
      reserve: (_row: unknown, asking?: Asking) => hold(asking),
      settle: async (row: CallRow) => void metered.settled.push(row),
      release: async (row: CallRow) => void metered.released.push(row),
      record: async (row: CallRow) => void metered.released.push(row),
      note: () => {},
    },
    chargeRules: new ChargeRules(FACE.charges, []),
    sources: { live: source, test: source },
    precheck: { live: 'format', test: 'format' },
    elementToken: () => '',
    elementIndex: () => '',
    clients: { of: () => '', permits: () => true },
    vault: {},
    inFlightMax: 1_000,
    events: new Events(createLog('silent')),
  }
  return made as unknown as Services
}

/** A customer's signed request of the four elements; each card has a holder of its own. */
function customerRequest(cardNumber: string, mobile: string, nowMs: number): WireRequest {
  const body = JSON.stringify({
    Name: '王芳',
    IdCard: `11010119900307${cardNumber.slice(-4)}`,
    BankCard: cardNumber,
    Phone: mobile,
  })
  const headers = tc3Headers(CUSTOMER, 'kayan.test', body, Math.floor(nowMs / 1_000))
  return {
    method: 'POST',
    target: '/',
    path: '/',
    query: '',
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(body),
    bodyTooLarge: false,
    remoteAddress: '192.0.2.1',
    secure: true,
  }
}
