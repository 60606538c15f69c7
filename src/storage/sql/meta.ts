/** The few facts of an installation that are one value each, and the numbers that count its changes. */
import { sql } from 'kysely'
import type { Queries } from './engine.ts'

/** The value that goes by a name, if there is one. */
export async function readMeta(queries: Queries, name: string): Promise<string | undefined> {
  const row = await queries
    .selectFrom('meta')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  return row?.value
}

/** Keeps a value under a name; `undefined` forgets it. */
export async function writeMeta(
  queries: Queries,
  name: string,
  value: string | undefined,
): Promise<void> {
  if (value === undefined) {
    await queries.deleteFrom('meta').where('name', '=', name).execute()
    return
  }
  await queries
    .insertInto('meta')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

/** A number that every change of some rows moves; 0 before the first. */
export async function readRevision(queries: Queries, name: string): Promise<number> {
  return Number((await readMeta(queries, name)) ?? 0)
}

/** Moves such a number, in the transaction of the change. */
export async function moveRevision(queries: Queries, name: string): Promise<void> {
  await queries
    .insertInto('meta')
    .values({ name, value: '1' })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        value: sql<string>`cast(cast(meta.value as bigint) + 1 as text)`,
      }),
    )
    .execute()
}
