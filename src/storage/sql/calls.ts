/** The call log over the query builder, on both engines. It reads; calls are written by the meter. */
import { sql } from 'kysely'
import type {
  CallCursor,
  CallFilter,
  CallLog,
  CallPage,
  CallTotal,
  LoggedCall,
} from '../../billing/call-log.ts'
import type { Entry } from '../../billing/entry.ts'
import { BEIJING_OFFSET_MS, DAY_MS } from '../../domain/beijing.ts'
import { bisect, matching, type Window, windowsOf } from './call-scan.ts'
import type { LaneTable } from './call-tables.ts'
import type { Queries, SqlReader } from './engine.ts'
import type { EntryTable } from './schema.ts'

const STREAMED_CALLS = 1_000
/** A reservation ends within minutes of its call: within so many entries of a busy store. */
const ENTRIES_SCANNED = 200_000

/** 200,000 calls are looked at in some fifty milliseconds. */
const GLANCED_WINDOWS = 10

interface PageWish {
  readonly filter: CallFilter
  readonly limit: number
  readonly windowsMax: number
}

export class SqlCalls implements CallLog {
  readonly #engine: SqlReader

  constructor(engine: SqlReader) {
    this.#engine = engine
  }

  page(filter: CallFilter, limit: number, after?: CallCursor): Promise<CallPage> {
    return this.#page({ filter, limit, windowsMax: Number.POSITIVE_INFINITY }, after)
  }

  glance(filter: CallFilter, limit: number, after?: CallCursor): Promise<CallPage> {
    return this.#page({ filter, limit, windowsMax: GLANCED_WINDOWS }, after)
  }

  async #page(wanted: PageWish, after: CallCursor | undefined): Promise<CallPage> {
    const { filter, limit, windowsMax } = wanted
    const calls: LoggedCall[] = []
    let windows = 0
    for await (const window of windowsOf(this.#engine, filter, after)) {
      calls.push(...(await this.#read(filter, limit - calls.length, window, after)))
      if (calls.length >= limit) break
      // Where the next look begins; a window knows no time, and none is needed there.
      if (++windows >= windowsMax && window)
        return { calls, next: { serial: window.first, atMs: 0 } }
    }
    const last = calls.at(-1)
    return calls.length < limit || last === undefined
      ? { calls }
      : { calls, next: { serial: last.serial, atMs: last.atMs } }
  }

  async *stream(filter: CallFilter): AsyncGenerator<LoggedCall> {
    let after: CallCursor | undefined
    do {
      const page: CallPage = await this.page(filter, STREAMED_CALLS, after)
      yield* page.calls
      after = page.next
    } while (after !== undefined)
  }

  async find(serial: number): Promise<LoggedCall | undefined> {
    const row = await detailed(matching(this.#engine.queries, {}, { first: serial, last: serial }))
      .limit(1)
      .executeTakeFirst()
    return row && callFrom(row)
  }

  async entries({ serial, atMs }: LoggedCall): Promise<readonly Entry[]> {
    const { queries, name } = this.#engine
    const own =
      name === 'sqlite'
        ? await entriesNear(queries, serial, atMs)
        : await entriesIndexed(queries, serial)
    if (own.length === 0) return []
    const ids = own.map(({ id }) => id)
    const undoing = await queries
      .selectFrom('entry')
      .selectAll()
      .where('undoes', 'in', ids)
      .where('id', 'not in', ids)
      .execute()
    return [...own, ...undoing].map(entryFrom)
  }

  async totals(filter: CallFilter): Promise<CallTotal[]> {
    const { queries } = this.#engine
    const parts: Awaited<ReturnType<typeof counted>> = []
    for await (const window of windowsOf(this.#engine, filter)) {
      parts.push(...(await counted(queries, filter, window)))
    }
    // Read after the calls, so that none of them has a lane that is not there.
    const lanes = await queries.selectFrom('lane').select(['id', 'account_id', 'api']).execute()
    return summed(parts, new Map(lanes.map((lane) => [lane.id, lane])))
  }

  async #read(
    filter: CallFilter,
    limit: number,
    window: Window | undefined,
    after: CallCursor | undefined,
  ): Promise<LoggedCall[]> {
    const query = detailed(matching(this.#engine.queries, filter, window)).limit(limit)
    const ordered =
      window !== undefined
        ? query.orderBy('c.serial', 'desc')
        : query
            .$if(after !== undefined, (page) =>
              page.where(({ eb, refTuple, tuple }) =>
                eb(refTuple('c.at_ms', 'c.serial'), '<', tuple(after!.atMs, after!.serial)),
              ),
            )
            .orderBy('c.at_ms', 'desc')
            .orderBy('c.serial', 'desc')
    return (await ordered.execute()).map(callFrom)
  }
}

/** What is read of each call. */
function detailed(query: ReturnType<typeof matching>) {
  return query
    .innerJoin('lane as l', 'l.id', 'c.lane_id')
    .leftJoin('entry as e', 'e.id', 'c.entry_id')
    .leftJoin('entry as u', 'u.undoes', 'c.entry_id')
    .select(['c.serial', 'c.at_ms', 'c.result', 'c.billable', 'c.rule_version', 'c.latency_us'])
    .select(['c.steps', 'c.answer', 'c.client', 'e.grant_id', 'u.id as undone_by'])
    .select(['l.account_id', 'l.key_id', 'l.api', 'l.product', 'l.mode', 'l.source'])
}

type Row = Awaited<ReturnType<ReturnType<typeof detailed>['execute']>>[number]

function callFrom(row: Row): LoggedCall {
  return {
    serial: row.serial,
    atMs: row.at_ms,
    accountId: row.account_id,
    keyId: row.key_id,
    api: row.api,
    product: row.product as LoggedCall['product'],
    mode: row.mode as LoggedCall['mode'],
    source: row.source,
    result: row.result as LoggedCall['result'],
    billable: row.billable === 1,
    ruleVersion: row.rule_version,
    latencyUs: row.latency_us,
    steps: row.steps ?? '',
    answer: row.answer,
    client: row.client ?? '',
    grantId: row.grant_id ?? undefined,
    reversed: row.undone_by !== null,
  }
}

function counted(queries: Queries, filter: CallFilter, window: Window | undefined) {
  const day = sql<number>`(c.at_ms + ${sql.lit(BEIJING_OFFSET_MS)}) / ${sql.lit(DAY_MS)}`
  return matching(queries, filter, window)
    .leftJoin('entry as u', 'u.undoes', 'c.entry_id')
    .select([day.as('day'), 'c.lane_id', 'c.result'])
    .select(sql<number>`count(c.entry_id) - count(u.id)`.as('charged'))
    .select(({ fn }) => fn.countAll<number>().as('calls'))
    .groupBy([day, 'c.lane_id', 'c.result'])
    .execute()
}

/** Puts together what windows and keys have counted apart. */
function summed(
  parts: Awaited<ReturnType<typeof counted>>,
  lanes: ReadonlyMap<number, Pick<LaneTable, 'account_id' | 'api'>>,
): CallTotal[] {
  const totals = new Map<string, CallTotal>()
  for (const { day, lane_id, result, calls, charged } of parts) {
    const { account_id: accountId, api } = lanes.get(lane_id)!
    const key = `${day} ${accountId} ${api} ${result}`
    const sum = totals.get(key) ?? { calls: 0, charged: 0 }
    totals.set(key, {
      day: Number(day),
      accountId,
      api,
      result,
      calls: sum.calls + Number(calls),
      charged: sum.charged + Number(charged),
    })
  }
  return [...totals.values()]
}

/** On SQLite an entry is not indexed by its call, but entries stand in order of time. */
async function entriesNear(queries: Queries, serial: number, atMs: number) {
  const first = await bisect(await highestEntry(queries), async (id) => {
    const entry = await queries
      .selectFrom('entry')
      .select(['id', 'at_ms'])
      .where('id', '>=', id)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst()
    return entry === undefined || entry.at_ms >= atMs ? undefined : entry.id
  })
  return queries
    .selectFrom('entry')
    .selectAll()
    .where('id', '>=', first)
    .where('id', '<', first + ENTRIES_SCANNED)
    .where('serial', '=', serial)
    .orderBy('id')
    .execute()
}

async function highestEntry(queries: Queries): Promise<number> {
  const { last } = await queries
    .selectFrom('entry')
    .select(({ fn }) => fn.max('id').as('last'))
    .executeTakeFirstOrThrow()
  return last ?? 0
}

/** On PostgreSQL an index holds the entries of calls that reserved; a burnt unit is named by its call. */
function entriesIndexed(queries: Queries, serial: number) {
  const charge = queries.selectFrom('call').select('entry_id').where('serial', '=', serial)
  return queries
    .selectFrom('entry')
    .selectAll()
    .where(({ eb, or, and }) =>
      or([
        eb('id', '=', charge),
        and([eb('serial', '=', serial), eb('kind', 'in', ['reserve', 'settle', 'release'])]),
      ]),
    )
    .orderBy('id')
    .execute()
}

function entryFrom(row: EntryTable): Entry {
  return {
    id: row.id,
    kind: row.kind as Entry['kind'],
    grantId: row.grant_id,
    units: row.units,
    atMs: row.at_ms,
    serial: row.serial ?? 0,
    ruleVersion: row.rule_version ?? 0,
    undoes: row.undoes ?? 0,
    expiresAtMs: row.expires_at_ms ?? 0,
    reason: row.reason ?? '',
  }
}
