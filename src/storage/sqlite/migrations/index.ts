/** All migrations in order; a migration that was released is never edited, only followed by another. */
import { ACCOUNTS } from './0001-accounts.ts'
import { METERING } from './0002-metering.ts'
import { DECRYPT_KEYS } from './0003-decrypt-keys.ts'
import { CONTROL } from './0004-control.ts'
import { CALL_LOG } from './0005-call-log.ts'
import { SALE } from './0006-sale.ts'
import { INVOICES } from './0007-invoices.ts'
import { USERS } from './0008-users.ts'
import { VENDORS } from './0009-vendors.ts'
import { ROUTING } from './0010-routing.ts'

/** The schema version of a store is the number of migrations it has been through. */
export const MIGRATIONS: readonly string[] = [
  ACCOUNTS,
  METERING,
  DECRYPT_KEYS,
  CONTROL,
  CALL_LOG,
  SALE,
  INVOICES,
  USERS,
  VENDORS,
  ROUTING,
]
