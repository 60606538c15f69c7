/** Rows of the metering tables as `node:sqlite` returns them, turned into values of the domain. */
import type { Balance, Grant, Holding } from '../../billing/grant.ts'
import type { Tally } from '../../billing/replay.ts'
import type { Mode, Product } from '../../domain/product.ts'

/** A column value, by the names of the columns selected. */
export type Row = Record<string, unknown>

/** Columns of `holdingFrom`, for a query over `grant g JOIN balance b`. */
export const HOLDING_COLUMNS = `g.id, g.account_id, g.product, g.mode, g.units, g.priority,
  g.starts_at_ms, g.expires_at_ms, g.created_at_ms, g.reason,
  b.available, b.reserved, b.used, b.expired, b.withdrawn, b.expires_at_ms AS present_expiry_ms`

export function holdingFrom(row: Row): Holding {
  const grant: Grant = {
    id: Number(row.id),
    accountId: String(row.account_id),
    product: row.product as Product,
    mode: row.mode as Mode,
    units: Number(row.units),
    priority: Number(row.priority),
    startsAtMs: Number(row.starts_at_ms),
    expiresAtMs: Number(row.expires_at_ms),
    createdAtMs: Number(row.created_at_ms),
    reason: String(row.reason),
  }
  return { grant, balance: balanceFrom(row), expiresAtMs: Number(row.present_expiry_ms) }
}

export function balanceFrom(row: Row): Balance {
  return {
    available: Number(row.available),
    reserved: Number(row.reserved),
    used: Number(row.used),
    expired: Number(row.expired),
    withdrawn: Number(row.withdrawn),
  }
}

export function tallyFrom(row: Row): Tally {
  return { ...balanceFrom(row), expiresAtMs: Number(row.expires_at_ms) }
}
