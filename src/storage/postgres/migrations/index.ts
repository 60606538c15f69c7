/** All migrations in order; a migration that was released is never edited, only followed by another. */
import { ACCOUNTS } from './0001-accounts.ts'
import { METERING } from './0002-metering.ts'
import { SALE } from './0003-sale.ts'
import { INVOICES } from './0004-invoices.ts'
import { CALL_LOG } from './0005-call-log.ts'
import { USERS } from './0006-users.ts'
import { VENDORS } from './0007-vendors.ts'
import { ROUTING } from './0008-routing.ts'

/** The schema version of a store is the number of migrations it has been through. */
export const MIGRATIONS: readonly string[] = [
  ACCOUNTS,
  METERING,
  SALE,
  INVOICES,
  CALL_LOG,
  USERS,
  VENDORS,
  ROUTING,
]
