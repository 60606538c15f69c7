/**
 * Callers who charge as fast as they can over the meters of several nodes, and write down what they
 * were told; afterwards the ledger is held against that.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { CommitUnknown } from '../../src/billing/store.ts'
import type { Clock } from '../../src/domain/clock.ts'
import { isFault } from '../../src/domain/fault.ts'
import { postgresEngine } from '../../src/storage/postgres/engine.ts'
import { PostgresLedgerOperations } from '../../src/storage/postgres/ledger-operations.ts'
import { openPostgresMeter } from '../../src/storage/postgres/meter.ts'
import { migrate } from '../../src/storage/postgres/migrate.ts'
import { openPool } from '../../src/storage/postgres/pool.ts'
import { verifyPostgresLedger } from '../../src/storage/postgres/verify.ts'
import type { SqlEngine } from '../../src/storage/sql/engine.ts'
import type { MeterHandle } from '../../src/storage/sqlite/meter-handle.ts'
import { callOf } from '../support/ledger-store.ts'

const CONNECTIONS_MAX = 4
const YEAR_MS = 365 * 86_400_000
const NAMED_MAX = 5
/** A caller who is refused comes again after this long. */
const REFUSED_PAUSE_MS = 5

const CLOCK: Clock = { nowMs: Date.now, monotonicUs: () => performance.now() * 1_000 }

/** What callers were told, by serial. */
export interface Told {
  readonly charged: Set<number>
  readonly refused: Map<number, string>
  readonly unknown: Set<number>
  /** When a call was last charged, by `performance.now`. */
  chargedMs: number
}

export interface MeteringLoad {
  readonly engine: SqlEngine
  readonly meters: readonly MeterHandle[]
  readonly told: Told
  /** Why nodes stopped, should they have. */
  readonly fatal: readonly Error[]
  /** Starts callers, who go on until the signal; some of them reserve first. */
  run(callers: number, signal: AbortSignal): Promise<void>
  /** What the ledger says otherwise than the callers, and the proofs that fail. */
  findings(): Promise<string[]>
  close(): Promise<void>
}

/** Nodes over an empty database with one account that has `units`. */
export async function openMeteringLoad(
  url: string,
  nodes: number,
  units: number,
): Promise<MeteringLoad> {
  const pool = await openPool({ url, connectionsMax: CONNECTIONS_MAX })
  const client = await pool.connect()
  await migrate(client, false)
  client.release()
  const engine = postgresEngine(pool, (queries) => new PostgresLedgerOperations(queries))
  await engine.transact(async ({ queries, ledger }) => {
    const account = { id: 'acc_1', name: 'one', state: 'active', rate_per_second: 20 } as const
    await queries
      .insertInto('account')
      .values({ ...account, created_at_ms: 0 })
      .execute()
    const terms = { accountId: 'acc_1', product: 'card4', mode: 'live', priority: 0 } as const
    const nowMs = CLOCK.nowMs()
    const span = { startsAtMs: 0, expiresAtMs: nowMs + YEAR_MS, reason: 'test' }
    await ledger.addGrant({ ...terms, ...span, units }, nowMs)
  })
  const fatal: Error[] = []
  const onFatal = (error: Error) => void fatal.push(error)
  const meters = await Promise.all(
    Array.from({ length: nodes }, (_, i) =>
      openPostgresMeter({ url, clock: CLOCK, onFatal, nodeName: `node ${i}` }),
    ),
  )
  const told: Told = {
    charged: new Set(),
    refused: new Map(),
    unknown: new Set(),
    chargedMs: performance.now(),
  }
  return {
    engine,
    meters,
    told,
    fatal,
    async run(callers, signal) {
      const turns = Array.from({ length: callers }, (_, i) =>
        caller(meters[i % meters.length]!, i % 4 === 0, told, signal),
      )
      await Promise.all(turns)
    },
    findings: () => findings(engine, told, units),
    async close() {
      await Promise.all(meters.map((meter) => meter.close()))
      await engine.close()
    },
  }
}

/** One caller: one call at a time, until told to stop. */
async function caller(
  meter: MeterHandle,
  reserving: boolean,
  told: Told,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const serial = meter.serials.next()
    const row = callOf(serial, CLOCK.nowMs())
    try {
      const held = reserving ? await meter.reserve(row) : undefined
      const result = held ?? (await (reserving ? meter.settle(row) : meter.burn(row)))
      if (result === undefined) {
        told.charged.add(serial)
        told.chargedMs = performance.now()
        meter.delivered(serial, true)
      } else {
        told.refused.set(serial, isFault(result) ? result.fault : 'earlier')
        await sleep(REFUSED_PAUSE_MS)
      }
    } catch (error) {
      if (!(error instanceof CommitUnknown)) throw error
      told.unknown.add(serial)
    }
  }
}

async function findings(engine: SqlEngine, told: Told, units: number): Promise<string[]> {
  const rows = await engine.queries
    .selectFrom('call')
    .select('serial')
    .where('entry_id', 'is not', null)
    .execute()
  const stored = new Set(rows.map(({ serial }) => serial))
  const lost = [...told.charged].filter((serial) => !stored.has(serial))
  const ghosts = [...told.refused.keys()].filter((serial) => stored.has(serial))
  const [balance] = await engine.queries.selectFrom('balance').selectAll().execute()
  const proofs = (await verifyPostgresLedger(engine)).filter(({ ok }) => !ok)
  const { used = -1, available = -1, reserved = -1 } = balance ?? {}
  return [
    ...named('charged and not in the ledger', lost),
    ...named('refused and charged', ghosts),
    ...proofs.map(({ id, firstBad }) => `${id}: ${firstBad.join(', ')}`),
    ...(used === stored.size ? [] : [`${used} units used, ${stored.size} calls charged`]),
    ...(used + available + reserved === units ? [] : [`${units} units do not add up`]),
  ]
}

function named(what: string, serials: readonly number[]): string[] {
  if (serials.length === 0) return []
  return [`${serials.length} ${what}: ${serials.slice(0, NAMED_MAX).join(', ')}`]
}
