/** Pages of long lists by key, so that a page costs the same however far back it is. */
import { type Selectable, sql } from 'kysely'
import type { Queries } from './engine.ts'
import type { Schema } from './schema.ts'

/** Tables that are read so, with the column that orders them, the newest first. */
const ORDERED_BY = {
  account: 'created_at_ms',
  key: 'created_at_ms',
  order: 'placed_at_ms',
  invoice: 'requested_at_ms',
  alert: 'raised_at_ms',
  audit: 'at_ms',
  console_user: 'created_at_ms',
} as const satisfies { readonly [Table in keyof Schema]?: string }

type Paged = keyof typeof ORDERED_BY

/** Where a page ended. */
export interface PageCursor {
  readonly atMs: number
  readonly id: string
}

export interface PageQuery {
  readonly limit: number
  readonly after?: PageCursor | undefined
  /** Columns and the values they must have; an undefined one does not count. */
  readonly where?: Readonly<Record<string, string | undefined>>
}

export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Absent after the last page. */
  readonly next?: PageCursor
}

/** One page of a table. */
export async function readPage<Table extends Paged>(
  queries: Queries,
  table: Table,
  { limit, after, where = {} }: PageQuery,
): Promise<Page<Selectable<Schema[Table]>>> {
  const at = sql.ref(ORDERED_BY[table])
  // The audit is numbered; all other ids are text.
  const id = table === 'audit' ? Number(after?.id) : after?.id
  const conditions = [
    sql`1 = 1`,
    ...Object.entries(where).flatMap(([column, value]) =>
      value === undefined ? [] : [sql`${sql.ref(column)} = ${value}`],
    ),
    ...(after === undefined ? [] : [sql`(${at}, id) < (${after.atMs}, ${id})`]),
  ]
  const { rows } = await sql<Selectable<Schema[Table]>>`
    select * from ${sql.table(table)} where ${sql.join(conditions, sql` and `)}
    order by ${at} desc, id desc limit ${limit + 1}`.execute(queries)
  const page = rows.slice(0, limit)
  const last = page.at(-1) as Record<string, string | number> | undefined
  if (rows.length <= limit || last === undefined) return { rows: page }
  return { rows: page, next: { atMs: Number(last[ORDERED_BY[table]]), id: String(last.id) } }
}
