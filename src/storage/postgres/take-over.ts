/** Takes the rows of another store into an empty database: all of them, or none. */
import { CompiledQuery } from 'kysely'
import type { Cell, MovedTable, PortableStore } from '../portable.ts'
import type { Queries, SqlEngine } from '../sql/engine.ts'
import { StorageError } from '../storage-error.ts'

const ROWS_AT_ONCE = 5_000

/**
 * Tables that begin anew here: which nodes there are is found out when they start, and calls are
 * counted again, for how far the counting has come is told otherwise here.
 */
const OWN: readonly string[] = [
  'call_hour',
  'call_hour_progress',
  'schema_version',
  'ledger',
  'node',
  'batch',
  'serial_block',
  'reservation',
  'guard_turn',
]

/** Where the sequences go on, so that no number is given a second time. */
const SEQUENCES = `SELECT
  setval('grant_id', GREATEST((SELECT max(id) FROM "grant"), 1)),
  setval('entry_block', GREATEST((SELECT max(id) FROM entry), 1)),
  setval(pg_get_serial_sequence('lane', 'id'), GREATEST((SELECT max(id) FROM lane), 1)),
  setval(pg_get_serial_sequence('audit', 'id'), GREATEST((SELECT max(id) FROM audit), 1))`

const COLUMNS = `SELECT table_name, column_name, data_type FROM information_schema.columns
  WHERE table_schema = current_schema()`

const REFERENCES = `SELECT a.relname AS from_table, b.relname AS to_table FROM pg_constraint c
  JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
  WHERE c.contype = 'f' AND a.relnamespace = current_schema()::regnamespace`

/** Types of the columns of each table. */
type Shape = ReadonlyMap<string, ReadonlyMap<string, string>>

/**
 * Copies every table in one transaction and counts what arrived; `proceed` is told each table when it
 * is there. Throws `StorageError` (`not_empty`) when the database holds anything already.
 */
export function takeOver(
  engine: SqlEngine,
  source: PortableStore,
  proceed: (moved: MovedTable) => void,
): Promise<readonly MovedTable[]> {
  return engine.transact(async ({ queries }) => {
    await ask(queries, 'LOCK TABLE meta, account IN SHARE ROW EXCLUSIVE MODE')
    const shape = await shapeOf(queries)
    refuseStrangers(source, shape)
    const order = inOrder([...shape.keys()], await references(queries))
    const moved: MovedTable[] = []
    for (const table of order.filter((name) => !OWN.includes(name))) {
      await refuseRows(queries, table)
      const rows = await copy(queries, source, table, shape.get(table)!)
      moved.push({ table, rows })
      proceed({ table, rows })
    }
    await ask(queries, 'UPDATE ledger SET next_serial = $1', [source.nextSerial])
    await ask(queries, SEQUENCES)
    return moved
  })
}

/** What the source has and we do not would be lost silently. */
function refuseStrangers(source: PortableStore, shape: Shape): void {
  for (const table of source.tables) {
    const columns = shape.get(table)
    const strange = source.columns(table).filter((name) => columns?.has(name) !== true)
    if (strange.length > 0) throw new Error(`no place for ${table}.${strange.join(', ')}`)
  }
}

async function refuseRows(queries: Queries, table: string): Promise<void> {
  const [found] = await ask(queries, `SELECT EXISTS (SELECT FROM "${table}") AS full`)
  if (found?.full) throw new StorageError('not_empty', `PostgreSQL: table ${table} has rows`)
}

async function copy(
  queries: Queries,
  source: PortableStore,
  table: string,
  types: ReadonlyMap<string, string>,
): Promise<number> {
  if (!source.tables.includes(table)) throw new Error(`nothing is known to fill ${table} with`)
  const columns = source.columns(table)
  const names = columns.map((name) => `"${name}"`).join(', ')
  const arrays = columns.map((name, i) => `$${i + 1}::${types.get(name)}[]`).join(', ')
  const insert = `INSERT INTO "${table}" (${names}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest(${arrays})`
  let rows = 0
  for (const chunk of inChunks(source.rows(table, columns))) {
    await ask(queries, insert, transposed(chunk, columns.length))
    rows += chunk.length
  }
  const [counted] = await ask(queries, `SELECT count(*) AS n FROM "${table}"`)
  if (Number(counted?.n) !== rows)
    throw new Error(`${table}: ${rows} rows sent, ${counted?.n} there`)
  return rows
}

function* inChunks<T>(rows: Iterable<T>): Generator<readonly T[]> {
  let chunk: T[] = []
  for (const row of rows) {
    chunk.push(row)
    if (chunk.length < ROWS_AT_ONCE) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

/** One array a column. */
function transposed(rows: readonly (readonly Cell[])[], width: number): Cell[][] {
  return Array.from({ length: width }, (_, i) => rows.map((row) => bytesOf(row[i]!)))
}

/** In a list the driver knows bytes by this class only. */
function bytesOf(cell: Cell): Cell {
  return cell instanceof Uint8Array ? Buffer.from(cell) : cell
}

async function shapeOf(queries: Queries): Promise<Shape> {
  const shape = new Map<string, Map<string, string>>()
  for (const row of await ask(queries, COLUMNS)) {
    const table = String(row.table_name)
    const columns = shape.get(table) ?? new Map<string, string>()
    shape.set(table, columns.set(String(row.column_name), String(row.data_type)))
  }
  return shape
}

async function references(queries: Queries): Promise<ReadonlyMap<string, readonly string[]>> {
  const needs = new Map<string, string[]>()
  for (const { from_table: from, to_table: to } of await ask(queries, REFERENCES)) {
    needs.set(String(from), [...(needs.get(String(from)) ?? []), String(to)])
  }
  return needs
}

/** Tables in an order in which each comes after those it refers to. */
function inOrder(
  tables: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const ordered = new Set<string>()
  const visit = (table: string): void => {
    if (ordered.has(table)) return
    for (const needed of needs.get(table) ?? []) if (needed !== table) visit(needed)
    ordered.add(table)
  }
  for (const table of [...tables].sort()) visit(table)
  return [...ordered]
}

async function ask(
  queries: Queries,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await queries.executeQuery(CompiledQuery.raw(text, [...values]))
  return rows as Record<string, unknown>[]
}
