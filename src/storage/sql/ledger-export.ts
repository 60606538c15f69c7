/**
 * The whole ledger as values, for whoever wants to check it by a program of his own: grants with
 * their balances, entries, calls, open reservations and undelivered replies. Answers stand in it as
 * they were given; elements never do.
 */
import { sql } from 'kysely'
import type { Queries, SqlEngine } from './engine.ts'

const PAGE_ROWS = 1_000

/** One line of an export, named by its `kind`. */
export type LedgerLine = { readonly kind: string } & Readonly<Record<string, unknown>>

/** How a call is named to its caller. */
export interface CallNames {
  readonly requestId: string
  readonly sequenceCode: string
}

/** Charged calls whose reply was not handed over; each engine keeps them where it finds them best. */
const UNDELIVERED = {
  sqlite: sql<{ serial: number }>`SELECT serial FROM undelivered ORDER BY serial`,
  postgres: sql<{
    serial: number
  }>`SELECT serial FROM repeat WHERE undelivered = 1 ORDER BY serial`,
} as const

/** Every line, in the snapshot of `queries`; the last one says that nothing is missing. */
export async function* ledgerLines(
  queries: Queries,
  engineName: SqlEngine['name'],
  nameOf: (serial: number) => CallNames,
): AsyncGenerator<LedgerLine> {
  for (const grant of await readGrants(queries)) yield { kind: 'grant', ...grant }
  for await (const entry of paged((after) => readEntries(queries, after), 'id')) {
    yield { kind: 'entry', ...entry }
  }
  for await (const call of paged((after) => readCalls(queries, after), 'serial')) {
    yield { kind: 'call', ...nameOf(call.serial), ...call }
  }
  const { rows } = await sql<{ serial: number }>`
    SELECT serial FROM reservation ORDER BY serial`.execute(queries)
  for (const { serial } of rows) yield { kind: 'reservation', serial }
  const undelivered = await UNDELIVERED[engineName].execute(queries)
  for (const { serial } of undelivered.rows) yield { kind: 'undelivered', serial }
  yield { kind: 'end' }
}

function readGrants(queries: Queries) {
  return queries
    .selectFrom('grant as g')
    .innerJoin('balance as b', 'b.grant_id', 'g.id')
    .innerJoin('account as a', 'a.id', 'g.account_id')
    .select(['g.id', 'a.name as account', 'g.product', 'g.mode', 'g.units', 'g.priority'])
    .select(['b.available', 'b.reserved', 'b.used', 'b.expired', 'b.withdrawn'])
    .select(['g.starts_at_ms as startsAtMs', 'b.expires_at_ms as expiresAtMs', 'g.reason'])
    .orderBy('g.id')
    .execute()
}

function readEntries(queries: Queries, after: number) {
  return queries
    .selectFrom('entry')
    .select(['id', 'kind as entry', 'grant_id as grant', 'units', 'serial', 'undoes'])
    .select(['at_ms as atMs', 'rule_version as ruleVersion', 'expires_at_ms as expiresAtMs'])
    .select('reason')
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE_ROWS)
    .execute()
}

function readCalls(queries: Queries, after: number) {
  return queries
    .selectFrom('call as c')
    .innerJoin('lane as l', 'l.id', 'c.lane_id')
    .innerJoin('account as a', 'a.id', 'l.account_id')
    .select(['c.serial', 'a.name as account', 'l.key_id as key', 'l.api', 'l.product', 'l.mode'])
    .select(['l.source', 'c.result', 'c.billable', 'c.rule_version as ruleVersion'])
    .select(['c.at_ms as atMs', 'c.latency_us as latencyUs', 'c.entry_id as entry', 'c.answer'])
    .where('c.serial', '>', after)
    .orderBy('c.serial')
    .limit(PAGE_ROWS)
    .execute()
}

/** Rows page by page, each beginning after the number of the last. */
async function* paged<Name extends string, Row extends Readonly<Record<Name, number>>>(
  read: (after: number) => Promise<readonly Row[]>,
  number: Name,
): AsyncGenerator<Row> {
  for (let after = 0; ; ) {
    const rows = await read(after)
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE_ROWS) return
    after = last[number]
  }
}
