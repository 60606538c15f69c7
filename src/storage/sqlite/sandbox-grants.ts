/**
 * The test grants of the sandbox account: fresh ones, and the time they live in. The clock of the
 * sandbox goes forward by moving the expiry of its grants towards now, in the ledger and by its
 * rules, so that metering needs no second notion of time.
 */
import { SANDBOX_ACCOUNT_ID } from '../../accounts/sandbox-keys.ts'
import type { Holding } from '../../billing/grant.ts'
import { yearsLater } from '../../billing/validity.ts'
import { PRODUCTS, type Product } from '../../domain/product.ts'
import { LedgerAdmin, listGrants } from './admin.ts'
import type { Database } from './database.ts'

const UNITS = 1_000_000
const VALID_YEARS = 2

/** Gives a test grant of each product of which the sandbox account never held one. */
export function seedTestGrants(database: Database, nowMs: number): void {
  const held = new Set(listGrants(database, SANDBOX_ACCOUNT_ID).map(({ grant }) => grant.product))
  const products = (Object.keys(PRODUCTS) as Product[]).filter((product) => !held.has(product))
  addTestGrants(database, products, nowMs)
}

/** Takes back what is left of the test grants and gives fresh ones, in the present. */
export function renewTestGrants(database: Database, nowMs: number): void {
  const ledger = new LedgerAdmin(database)
  for (const { grant, balance } of testHoldings(database)) {
    if (balance.available === 0) continue
    const order = { grantId: grant.id, units: balance.available, reason: 'sandbox reset' }
    refuseNothing(ledger.withdrawGrant(order, nowMs))
  }
  addTestGrants(database, Object.keys(PRODUCTS) as Product[], nowMs)
}

/** Lets time pass for the test grants alone. */
export function advanceTestClock(database: Database, byMs: number, nowMs: number): void {
  const ledger = new LedgerAdmin(database)
  for (const { grant, expiresAtMs } of testHoldings(database)) {
    const order = {
      grantId: grant.id,
      expiresAtMs: expiresAtMs - byMs,
      reason: 'sandbox clock',
    }
    refuseNothing(ledger.shortenGrant(order, nowMs))
  }
}

/** Brings the test grants back into the present: each ends again when it was to end. */
export function restoreTestClock(database: Database, nowMs: number): void {
  const ledger = new LedgerAdmin(database)
  for (const { grant, expiresAtMs } of testHoldings(database)) {
    if (expiresAtMs >= grant.expiresAtMs || grant.expiresAtMs <= nowMs) continue
    const order = { grantId: grant.id, expiresAtMs: grant.expiresAtMs, reason: 'sandbox clock' }
    refuseNothing(ledger.extendGrant(order, nowMs))
  }
}

function addTestGrants(database: Database, products: readonly Product[], nowMs: number): void {
  if (products.length === 0) return
  const ledger = new LedgerAdmin(database)
  for (const product of products) {
    refuseNothing(
      ledger.addGrant(
        {
          accountId: SANDBOX_ACCOUNT_ID,
          product,
          mode: 'test',
          units: UNITS,
          priority: 0,
          startsAtMs: nowMs,
          expiresAtMs: yearsLater(nowMs, VALID_YEARS),
          reason: 'sandbox',
        },
        nowMs,
      ),
    )
  }
}

function testHoldings(database: Database): Holding[] {
  return listGrants(database, SANDBOX_ACCOUNT_ID).filter(({ grant }) => grant.mode === 'test')
}

function refuseNothing(result: object | string): void {
  if (typeof result === 'string') throw new Error(`a sandbox grant was refused: ${result}`)
}
