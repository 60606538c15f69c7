/**
 * Calls counted by hours, beside the hot path: rows of calls that have certainly ended are added to
 * the counts of their hours, each exactly once, and whoever asks gets these counts together with the
 * calls that came since.
 *
 * How far the counting has come is a position: on SQLite, where one server numbers all calls, a serial;
 * on PostgreSQL, where several do, a moment.
 */
import { sql } from 'kysely'
import { type CallCount, LATENCY_BOUNDS_US, type SeriesStep } from '../../billing/call-series.ts'
import { BEIJING_OFFSET_MS, DAY_MS } from '../../domain/beijing.ts'
import { matching, type Window, windowsOf } from './call-scan.ts'
import type { Queries, SqlEngine, SqlReader } from './engine.ts'

const HOUR_MS = 3_600_000
/** Calls that are counted at once: some milliseconds in which a server answers nothing else. */
const ROLLED_SERIALS = 2_000
/** On PostgreSQL, whose server counts, so much time. */
const ROLLED_MS = 60_000
const INSERTED_ROWS = 500

/** Which calls are counted. */
export interface CountFilter {
  readonly accountId?: string
  readonly mode?: 'live' | 'test'
  /** Beginning of an hour. */
  readonly sinceMs: number
  readonly step: SeriesStep
}

type Store = Pick<SqlEngine, 'name' | 'queries'>

export class SqlCallHours {
  readonly #engine: SqlEngine
  readonly #reader: SqlReader

  constructor(engine: SqlEngine, reader: SqlReader = engine) {
    this.#engine = engine
    this.#reader = reader
  }

  /** The position up to which calls have begun by now. */
  async frontier(nowMs: number): Promise<number> {
    if (this.#engine.name === 'postgres') return nowMs
    const { last } = await this.#engine.queries
      .selectFrom('call')
      .select(({ fn }) => fn.max('serial').as('last'))
      .executeTakeFirstOrThrow()
    return last ?? 0
  }

  /**
   * Counts some of the calls up to a position, before which none may come any more. Returns whether
   * it counted any, and there may be more.
   */
  async roll(until: number): Promise<boolean> {
    const from = await positionOf(this.#engine.queries)
    const part = await partAfter(this.#engine, from, until)
    if (part === undefined) return false
    const rows = await alike(this.#engine.queries, part)
    return this.#engine.transact(async ({ queries }) => {
      const moved = await queries
        .updateTable('call_hour_progress')
        .set({ position: part.end })
        .where('position', '=', from)
        .executeTakeFirst()
      // Another node has counted them meanwhile.
      if (moved.numUpdatedRows === 0n) return false
      for (let i = 0; i < rows.length; i += INSERTED_ROWS) {
        await add(queries, rows.slice(i, i + INSERTED_ROWS))
      }
      return true
    })
  }

  /** The counts of all calls since a moment: those of the hours, and of the calls since. */
  counts(filter: CountFilter): Promise<CallCount[]> {
    const { name } = this.#reader
    return this.#reader.snapshot(async (queries) => {
      const store = { name, queries }
      const position = await positionOf(queries)
      const parts = [
        ...(await rolled(queries, filter)),
        ...(await rest(store, filter, position)),
        ...(await reversed(queries, filter)),
      ]
      return summed(parts)
    })
  }
}

/** Calls that are counted together; `end` is the position behind them. */
interface Part {
  readonly window?: Window
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly end: number
}

async function positionOf(queries: Queries): Promise<number> {
  const { position } = await queries
    .selectFrom('call_hour_progress')
    .select('position')
    .executeTakeFirstOrThrow()
  return position
}

/** Restarts leave gaps in the serials, and nights in time: they are jumped over. */
async function partAfter(
  { name, queries }: Store,
  from: number,
  until: number,
): Promise<Part | undefined> {
  if (name === 'postgres') {
    const next = await firstOf(queries, 'at_ms', from)
    if (next === undefined || next >= until) return undefined
    const untilMs = Math.min(until, next + ROLLED_MS)
    return { sinceMs: from, untilMs, end: untilMs }
  }
  const first = await firstOf(queries, 'serial', from + 1)
  if (first === undefined || first > until) return undefined
  const last = Math.min(until, first + ROLLED_SERIALS - 1)
  return { window: { first, last }, end: last }
}

async function firstOf(
  queries: Queries,
  column: 'serial' | 'at_ms',
  from: number,
): Promise<number | undefined> {
  const row = await queries
    .selectFrom('call')
    .select(`${column} as place`)
    .where(column, '>=', from)
    .orderBy(column)
    .limit(1)
    .executeTakeFirst()
  return row?.place
}

/** The rows of a part by what is alike in them. */
function alike(queries: Queries, { window, sinceMs, untilMs }: Part) {
  const time = {
    ...(sinceMs !== undefined && { sinceMs }),
    ...(untilMs !== undefined && { untilMs }),
  }
  const hour = sql<number>`c.at_ms / ${sql.lit(HOUR_MS)}`
  return matching(queries, time, window)
    .innerJoin('lane as l', 'l.id', 'c.lane_id')
    .select([hour.as('hour'), bucket.as('bucket'), 'l.account_id', 'l.mode', 'l.api', 'c.result'])
    .select(({ fn }) => [fn.countAll<number>().as('calls'), fn.count('c.entry_id').as('charged')])
    .groupBy([hour, bucket, 'l.account_id', 'l.mode', 'l.api', 'c.result'])
    .execute()
}

/** Number of the first bound that a latency does not exceed. */
const bucket = sql<number>`case ${sql.join(
  LATENCY_BOUNDS_US.map(
    (boundUs, i) => sql`when c.latency_us <= ${sql.lit(boundUs)} then ${sql.lit(i)}`,
  ),
  sql` `,
)} else ${sql.lit(LATENCY_BOUNDS_US.length)} end`

async function add(queries: Queries, rows: Awaited<ReturnType<typeof alike>>): Promise<void> {
  await queries
    .insertInto('call_hour')
    .values(rows.map((row) => ({ ...row, calls: Number(row.calls), charged: Number(row.charged) })))
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'hour', 'mode', 'api', 'result', 'bucket'])
        .doUpdateSet(({ eb, ref }) => ({
          calls: eb('call_hour.calls', '+', ref('excluded.calls')),
          charged: eb('call_hour.charged', '+', ref('excluded.charged')),
        })),
    )
    .execute()
}

/** Counts as they come from the store, their step as a number since 1970. */
interface CountRow {
  readonly slot: number | string
  readonly api: string
  readonly result: string
  readonly bucket: number | string
  readonly calls: number | string | bigint
  readonly charged: number | string | bigint
  readonly step: SeriesStep
}

const STEP_MS = { hour: HOUR_MS, day: DAY_MS } as const satisfies Record<SeriesStep, number>

async function rolled(queries: Queries, filter: CountFilter): Promise<CountRow[]> {
  const { accountId, mode, sinceMs, step } = filter
  const slot = sql<number>`(hour + ${sql.lit(BEIJING_OFFSET_MS / HOUR_MS)}) / ${sql.lit(STEP_MS[step] / HOUR_MS)}`
  const rows = await queries
    .selectFrom('call_hour')
    .where('hour', '>=', Math.floor(sinceMs / HOUR_MS))
    .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId!))
    .$if(mode !== undefined, (query) => query.where('mode', '=', mode!))
    .select([slot.as('slot'), 'api', 'result', 'bucket'])
    .select(({ fn }) => [fn.sum('calls').as('calls'), fn.sum('charged').as('charged')])
    .groupBy([slot, 'api', 'result', 'bucket'])
    .execute()
  return rows.map((row) => ({ ...row, step }))
}

/** The calls that are not among the hours yet. */
async function rest(store: Store, filter: CountFilter, position: number): Promise<CountRow[]> {
  const { step, sinceMs, ...named } = filter
  const isPostgres = store.name === 'postgres'
  const meant = { ...named, sinceMs: isPostgres ? Math.max(sinceMs, position) : sinceMs }
  const rows: CountRow[] = []
  for await (const window of windowsOf(store, meant)) {
    if (window !== undefined && window.last <= position) break
    const own = window && { first: Math.max(window.first, position + 1), last: window.last }
    const slot = slotOf(step)
    const found = await matching(store.queries, meant, own)
      .innerJoin('lane as l', 'l.id', 'c.lane_id')
      .select([slot.as('slot'), bucket.as('bucket'), 'l.api', 'c.result'])
      .select(({ fn }) => [fn.countAll<number>().as('calls'), fn.count('c.entry_id').as('charged')])
      .groupBy([slot, bucket, 'l.api', 'c.result'])
      .execute()
    rows.push(...found.map((row) => ({ ...row, step }) as CountRow))
  }
  return rows
}

/** Charges that were given back, as negative numbers: they are few, and may come at any time. */
async function reversed(queries: Queries, filter: CountFilter): Promise<CountRow[]> {
  const { accountId, mode, sinceMs, step } = filter
  const rows = await queries
    .selectFrom('entry as u')
    .innerJoin('entry as e', 'e.id', 'u.undoes')
    .innerJoin('call as c', 'c.serial', 'e.serial')
    .innerJoin('lane as l', 'l.id', 'c.lane_id')
    .where('u.undoes', 'is not', null)
    .where('c.at_ms', '>=', sinceMs)
    .$if(accountId !== undefined, (query) => query.where('l.account_id', '=', accountId!))
    .$if(mode !== undefined, (query) => query.where('l.mode', '=', mode!))
    .select([slotOf(step).as('slot'), bucket.as('bucket'), 'l.api', 'c.result'])
    .execute()
  return rows.map((row) => ({ ...row, calls: 0, charged: -1, step }))
}

function slotOf(step: SeriesStep) {
  return sql<number>`(c.at_ms + ${sql.lit(BEIJING_OFFSET_MS)}) / ${sql.lit(STEP_MS[step])}`
}

function summed(rows: readonly CountRow[]): CallCount[] {
  const sums = new Map<string, { -readonly [Name in keyof CallCount]: CallCount[Name] }>()
  for (const { slot, api, result, bucket: place, calls, charged, step } of rows) {
    const name = `${slot} ${api} ${result} ${place}`
    const atMs = Number(slot) * STEP_MS[step] - BEIJING_OFFSET_MS
    const known = { atMs, api, result: result as CallCount['result'], bucket: Number(place) }
    const sum = sums.get(name) ?? { ...known, calls: 0, charged: 0 }
    sum.calls += Number(calls)
    sum.charged += Number(charged)
    sums.set(name, sum)
  }
  return [...sums.values()]
}
