/** What is known of one call beside its row: its elements by name, its vendors, whether it arrived. */
import { sql } from 'kysely'
import { attemptId } from '../../domain/attempt.ts'
import { INDEX_TOKEN_BYTES, INDEXED } from '../../domain/element-index.ts'
import type { ElementName } from '../../domain/product.ts'
import type { Queries, SqlEngine } from './engine.ts'

/** Attempts of one call are numbered; no call makes so many. */
const ATTEMPTS_MAX = 20

/** One request to a vendor, as the operator sees it. */
export interface AttemptFact {
  readonly route: string
  readonly vendor: string
  readonly state: string
  /** How far the request got; empty until its end is known. */
  readonly phase: string
  /** The vendor's code, or what went wrong on the way. */
  readonly code: string
  /** The vendor's own name of the call; empty where it gave none. */
  readonly reference: string
  readonly costCentifen: number
  readonly atMs: number
  /** Absent while it is under way. */
  readonly endedAtMs?: number
}

/** Which elements a call brought; undefined where that is not known, or not kept any more. */
export async function elementsOf(
  queries: Queries,
  serial: number,
): Promise<readonly ElementName[] | undefined> {
  const row = await queries
    .selectFrom('call')
    .select('element_index')
    .where('serial', '=', serial)
    .executeTakeFirst()
  const tokens = row?.element_index
  if (tokens == null) return undefined
  return INDEXED.filter((_, i) => {
    const at = i * INDEX_TOKEN_BYTES
    return tokens.subarray(at, at + INDEX_TOKEN_BYTES).some((byte) => byte !== 0)
  })
}

/** The requests to vendors that a call made, in their order. */
export async function attemptsOf(
  queries: Queries,
  call: { readonly serial: number; readonly requestId: string },
): Promise<readonly AttemptFact[]> {
  const ids = Array.from({ length: ATTEMPTS_MAX }, (_, i) => attemptId(call, i))
  const rows = await queries
    .selectFrom('vendor_attempt')
    .selectAll()
    .where('id', 'in', ids)
    .orderBy('at_ms')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    route: row.route,
    vendor: row.vendor,
    state: row.state,
    phase: row.phase,
    code: row.code,
    reference: row.reference,
    costCentifen: row.cost_centifen,
    atMs: row.at_ms,
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
  }))
}

/** Whether the reply of a charged call is known not to have been handed over. */
export async function isUndelivered(
  { name, queries }: Pick<SqlEngine, 'name' | 'queries'>,
  serial: number,
): Promise<boolean> {
  const { rows } =
    name === 'sqlite'
      ? await sql`SELECT 1 FROM undelivered WHERE serial = ${serial}`.execute(queries)
      : await sql`SELECT 1 FROM repeat WHERE serial = ${serial} AND undelivered = 1`.execute(
          queries,
        )
  return rows.length > 0
}
