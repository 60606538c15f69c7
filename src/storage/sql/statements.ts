/** Reads what statements are made of: units by grant, Beijing day and kind, summed in the database. */
import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely'
import type { EntryKind } from '../../billing/entry.ts'
import {
  columnOf,
  type DayTotal,
  expiredReturns,
  type StatementPool,
} from '../../billing/statement.ts'
import { BEIJING_OFFSET_MS, beijingDay, DAY_MS, dayStartMs } from '../../domain/beijing.ts'
import type { Queries } from './engine.ts'
import type { Schema } from './schema.ts'

/** Kinds whose units are summed as they are; reservations move nothing a statement shows. */
const SUMMED = ['grant', 'burn', 'settle', 'expire', 'withdraw', 'reverse', 'extend'] as const
const TERMS = ['grant', 'extend'] as const
const RETURNS = ['release', 'reverse'] as const

export interface StatementQuery {
  /** All accounts when absent. */
  readonly accountId?: string
  /** Last Beijing day to count. */
  readonly toDay: number
}

/**
 * Everything that moved until the end of a day. The caller gives the snapshot; the answer has a row
 * for each grant, day and column, however many calls there were.
 */
export async function readDayTotals(queries: Queries, query: StatementQuery): Promise<DayTotal[]> {
  const pools = await readPools(queries, query.accountId)
  const total = (grantId: number, day: number, kind: EntryKind, units: number): DayTotal[] => {
    const pool = pools.get(grantId)
    const column = columnOf(kind)
    return pool === undefined || column === undefined ? [] : [{ ...pool, day, column, units }]
  }
  const summed = await readSums(queries, query)
  const returned = await readReturns(queries, query)
  return [
    ...summed.flatMap((row) => total(row.grant_id, Number(row.day), row.kind, Number(row.units))),
    ...[...expiredReturns(returned)].flatMap(({ grantId, atMs, units }) =>
      total(grantId, beijingDay(atMs), 'expire', units),
    ),
  ]
}

async function readPools(
  queries: Queries,
  accountId: string | undefined,
): Promise<Map<number, StatementPool>> {
  const rows = await queries
    .selectFrom('grant')
    .select(['id', 'account_id', 'product', 'mode'])
    .$if(accountId !== undefined, (query) => query.where('account_id', '=', accountId ?? ''))
    .execute()
  return new Map(
    rows.map(({ id, account_id, product, mode }) => [
      id,
      { accountId: account_id, product, mode } as StatementPool,
    ]),
  )
}

function readSums(queries: Queries, { accountId, toDay }: StatementQuery) {
  // Numbers are written into the text, since a bound one is a float to one of the engines.
  const day = sql<number>`(at_ms + ${sql.lit(BEIJING_OFFSET_MS)}) / ${sql.lit(DAY_MS)}`
  return queries
    .selectFrom('entry')
    .select(({ fn }) => ['grant_id', 'kind', day.as('day'), fn.sum<number>('units').as('units')])
    .where('kind', 'in', SUMMED)
    .where('at_ms', '<', dayStartMs(toDay + 1))
    .where((where) => ofAccount(where, accountId))
    .groupBy(['grant_id', 'kind', day])
    .$narrowType<{ kind: EntryKind }>()
    .execute()
}

/** When each grant ends, and what came back to it at or after the earliest of its ends. */
async function readReturns(queries: Queries, { accountId, toDay }: StatementQuery) {
  const rows = await queries
    .with('ending', (ctes) =>
      ctes
        .selectFrom('entry')
        .select(({ fn }) => ['grant_id', fn.min('expires_at_ms').as('ends_at_ms')])
        .where('kind', 'in', TERMS)
        .where((where) => ofAccount(where, accountId))
        .groupBy('grant_id'),
    )
    .selectFrom('entry')
    .innerJoin('ending', 'ending.grant_id', 'entry.grant_id')
    .select(['entry.grant_id', 'kind', 'units', 'at_ms', 'expires_at_ms'])
    .where('at_ms', '<', dayStartMs(toDay + 1))
    .where((where) =>
      where.or([
        where('kind', 'in', TERMS),
        where.and([
          where('kind', 'in', RETURNS),
          where('at_ms', '>=', where.ref('ending.ends_at_ms')),
        ]),
      ]),
    )
    .orderBy('at_ms')
    .orderBy('id')
    .$narrowType<{ kind: EntryKind }>()
    .execute()
  return rows.map(({ grant_id, kind, units, at_ms, expires_at_ms }) => ({
    grantId: grant_id,
    kind,
    units,
    atMs: at_ms,
    expiresAtMs: expires_at_ms ?? 0,
  }))
}

/** Entries of one account are those of its grants; there are few grants and many entries. */
function ofAccount(
  where: ExpressionBuilder<Schema, 'entry'>,
  accountId: string | undefined,
): Expression<SqlBool> {
  if (accountId === undefined) return where.lit(true)
  const grants = where.selectFrom('grant').select('grant.id').where('account_id', '=', accountId)
  return where('grant_id', 'in', grants)
}
