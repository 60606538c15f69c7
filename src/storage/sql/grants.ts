/** Reading grants with their present balances. */
import type { Grant, Holding } from '../../billing/grant.ts'
import type { Queries } from './engine.ts'

/** All grants, or those of one account, in the order in which they were given. */
export async function listGrants(queries: Queries, accountId?: string): Promise<Holding[]> {
  const all = queries
    .selectFrom('grant')
    .innerJoin('balance', 'balance.grant_id', 'grant.id')
    .selectAll('grant')
    .select(['available', 'reserved', 'used', 'expired', 'withdrawn'])
    .select('balance.expires_at_ms as present_expiry_ms')
    .orderBy('grant.id')
  const chosen = accountId === undefined ? all : all.where('grant.account_id', '=', accountId)
  return (await chosen.execute()).map(holdingOf)
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
