/** Rows of accounts and keys, turned into what the rest of the program knows. */
import type { Selectable } from 'kysely'
import type { KeySummary } from '../../accounts/store.ts'
import type { Account } from '../../domain/key.ts'
import type { Schema } from './schema.ts'

/** Name of the number that every change of an account or key moves. */
export const KEYS_REVISION = 'keys_revision'

export function accountOf(row: Selectable<Schema['account']>): Account {
  return {
    id: row.id,
    name: row.name,
    state: row.state as Account['state'],
    ratePerSecond: row.rate_per_second,
    ...(row.unsigned_payload === 'refused' && { unsignedPayload: 'refused' as const }),
  }
}

/** Networks as they rest in a row. */
export function addressesText(addresses: readonly string[] | undefined): string | null {
  return addresses === undefined ? null : addresses.join(' ')
}

/** The limits of a key, absent where there is none. */
export function limitsOf(
  row: Pick<Selectable<Schema['key']>, 'addresses' | 'daily_cap'>,
): Pick<KeySummary, 'addresses' | 'dailyCap'> {
  return {
    ...(row.addresses !== null && { addresses: row.addresses.split(' ') }),
    ...(row.daily_cap !== null && { dailyCap: row.daily_cap }),
  }
}

export function keySummaryOf(row: Selectable<Schema['key']>): KeySummary {
  return {
    id: row.id,
    accountId: row.account_id,
    kind: row.kind as KeySummary['kind'],
    mode: row.mode as KeySummary['mode'],
    label: row.label,
    state: row.state as KeySummary['state'],
    createdAtMs: row.created_at_ms,
    ...(row.expires_at_ms !== null && { expiresAtMs: row.expires_at_ms }),
    ...(row.revoked_at_ms !== null && { revokedAtMs: row.revoked_at_ms }),
    ...(row.retires_at_ms !== null && { retiresAtMs: row.retires_at_ms }),
    ...limitsOf(row),
    ...(row.cipher_sealed !== null && { encrypted: true as const }),
    ...(row.token_sealed !== null && { temporary: true as const }),
  }
}
