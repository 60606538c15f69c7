/**
 * Which part of the call log a question has to look at, on each engine.
 *
 * On SQLite the log has no index but its serial numbers, for which calls would pay: time becomes a
 * range of serials by bisection, and the range is walked in windows short enough that a server can
 * answer calls between them. PostgreSQL, on which several nodes number their calls at the same time,
 * keeps an index on time, and its planner does the rest.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { CallCursor, CallFilter } from '../../billing/call-log.ts'
import { INDEX_TOKEN_BYTES } from '../../domain/element-index.ts'
import type { Queries, SqlEngine } from './engine.ts'

/** Calls looked at in one piece: some milliseconds. */
const WINDOW_SERIALS = 20_000
/** Calls are numbered in order of time, but for the clock's being stepped by as much as this. */
const CLOCK_SLACK_MS = 3_600_000

/** Serials from `first` to `last`, both included. */
export interface Window {
  readonly first: number
  readonly last: number
}

/**
 * The windows of a question, the newest first, of so many serials each; one without bounds on
 * PostgreSQL.
 */
export async function* windowsOf(
  engine: Pick<SqlEngine, 'name' | 'queries'>,
  filter: CallFilter,
  after?: CallCursor,
  serials: number = WINDOW_SERIALS,
): AsyncGenerator<Window | undefined> {
  // An account that is not there has no token, and nobody else's calls are meant.
  if (filter.element?.tokens.length === 0) return
  const { queries } = engine
  const lanes = lanesOf(queries, filter)
  if (lanes !== undefined && (await lanes.limit(1).executeTakeFirst()) === undefined) return
  if (engine.name === 'postgres') {
    yield undefined
    return
  }
  const { sinceMs, untilMs } = filter
  const first = sinceMs === undefined ? 0 : await firstSerialFrom(queries, sinceMs - CLOCK_SLACK_MS)
  let before = after?.serial ?? Number.MAX_SAFE_INTEGER
  if (untilMs !== undefined) {
    before = Math.min(before, await firstSerialFrom(queries, untilMs + CLOCK_SLACK_MS))
  }
  for (;;) {
    // Every restart leaves a gap of up to a million serials: it is jumped over.
    const last = await lastSerialBefore(queries, before)
    if (last === undefined || last < first) return
    before = Math.max(first, last - serials + 1)
    yield { first: before, last }
    await nextTurn()
  }
}

/** Calls that meet the filter within a window; not yet ordered, nothing selected. */
export function matching(queries: Queries, filter: CallFilter, window: Window | undefined) {
  const { result, charged, sinceMs, untilMs, element } = filter
  const lanes = lanesOf(queries, filter)
  return queries
    .selectFrom('call as c')
    .$if(window !== undefined, (query) =>
      query.where('c.serial', '>=', window!.first).where('c.serial', '<=', window!.last),
    )
    .$if(lanes !== undefined, (query) => query.where('c.lane_id', 'in', lanes!))
    .$if(result !== undefined, (query) => query.where('c.result', '=', result!))
    .$if(charged === true, (query) =>
      query.where('c.entry_id', 'is not', null).where(({ not }) => not(undone)),
    )
    .$if(charged === false, (query) =>
      query.where(({ or, eb }) => or([eb('c.entry_id', 'is', null), undone])),
    )
    .$if(sinceMs !== undefined, (query) => query.where('c.at_ms', '>=', sinceMs!))
    .$if(untilMs !== undefined, (query) => query.where('c.at_ms', '<', untilMs!))
    .$if(element !== undefined, (query) => {
      const at = element!.position * INDEX_TOKEN_BYTES + 1
      const token = sql<Uint8Array>`substr(c.element_index, ${sql.lit(at)}, ${sql.lit(INDEX_TOKEN_BYTES)})`
      return query.where(token, 'in', element!.tokens.map(bytesOf))
    })
}

const undone = sql<boolean>`exists (select 1 from entry u where u.undoes = c.entry_id)`

/** The lanes that a filter speaks of; undefined when it speaks of none. */
function lanesOf(queries: Queries, { accountId, keyId, api, source, mode }: CallFilter) {
  const wanted = { account_id: accountId, key_id: keyId, api, source, mode }
  const named = Object.entries(wanted).filter(([, value]) => value !== undefined)
  if (named.length === 0) return undefined
  return queries
    .selectFrom('lane')
    .select('id')
    .where(({ and }) => and(Object.fromEntries(named)))
}

/**
 * The lowest number for which nothing before it is too low, of rows whose order is that of time:
 * `tooLow` gives the row at or after a number when it is, and `highest` is that of the last row.
 */
export async function bisect(
  highest: number,
  tooLow: (number: number) => Promise<number | undefined>,
): Promise<number> {
  let low = 0
  let high = highest + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = await tooLow(middle)
    if (row === undefined) high = middle
    else low = row + 1
  }
  return low
}

/** The lowest serial of the calls since a moment. */
async function firstSerialFrom(queries: Queries, atMs: number): Promise<number> {
  const highest = (await lastSerialBefore(queries, Number.MAX_SAFE_INTEGER)) ?? 0
  return bisect(highest, async (serial) => {
    const call = await queries
      .selectFrom('call')
      .select(['serial', 'at_ms'])
      .where('serial', '>=', serial)
      .orderBy('serial')
      .limit(1)
      .executeTakeFirst()
    return call === undefined || call.at_ms >= atMs ? undefined : call.serial
  })
}

async function lastSerialBefore(queries: Queries, serial: number): Promise<number | undefined> {
  const call = await queries
    .selectFrom('call')
    .select('serial')
    .where('serial', '<', serial)
    .orderBy('serial', 'desc')
    .limit(1)
    .executeTakeFirst()
  return call?.serial
}

function bytesOf(token: string): Buffer {
  return Buffer.from(token, 'latin1')
}
