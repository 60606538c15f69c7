/** Reading grants with their present balances. */
import type { Grant, Holding } from '../../billing/grant.ts'
import type { Queries } from './engine.ts'

/** All grants, or those of one account, in the order in which they were given. */
export async function listGrants(queries: Queries, accountId?: string): Promise<Holding[]> {
  return (await holdingsOf(queries, accountId).execute()).map(holdingOf)
}

/** Which grants are read together. */
export interface GrantPage {
  readonly accountId?: string
  /** Id of the last grant of the page before. */
  readonly after?: number | undefined
  readonly limit: number
}

/** Some of these grants. */
export async function readGrants(queries: Queries, page: GrantPage): Promise<Holding[]> {
  const { accountId, after, limit } = page
  const rows = await holdingsOf(queries, accountId)
    .$if(after !== undefined, (query) => query.where('grant.id', '>', after!))
    .limit(limit)
    .execute()
  return rows.map(holdingOf)
}

function holdingsOf(queries: Queries, accountId: string | undefined) {
  const all = queries
    .selectFrom('grant')
    .innerJoin('balance', 'balance.grant_id', 'grant.id')
    .selectAll('grant')
    .select(['available', 'reserved', 'used', 'expired', 'withdrawn'])
    .select('balance.expires_at_ms as present_expiry_ms')
    .orderBy('grant.id')
  return accountId === undefined ? all : all.where('grant.account_id', '=', accountId)
}

interface HoldingRow {
  id: number
  account_id: string
  product: string
  mode: string
  units: number
  priority: number
  starts_at_ms: number
  expires_at_ms: number
  created_at_ms: number
  reason: string
  available: number
  reserved: number
  used: number
  expired: number
  withdrawn: number
  present_expiry_ms: number
}

function holdingOf(row: HoldingRow): Holding {
  const { available, reserved, used, expired, withdrawn } = row
  return {
    grant: {
      id: row.id,
      accountId: row.account_id,
      product: row.product as Grant['product'],
      mode: row.mode as Grant['mode'],
      units: row.units,
      priority: row.priority,
      startsAtMs: row.starts_at_ms,
      expiresAtMs: row.expires_at_ms,
      createdAtMs: row.created_at_ms,
      reason: row.reason,
    },
    balance: { available, reserved, used, expired, withdrawn },
    expiresAtMs: row.present_expiry_ms,
  }
}
