/** The titles that an account keeps for its next invoices. */
import { newId } from '../../accounts/key.ts'
import type { Deed } from '../../accounts/store.ts'
import {
  type InvoiceRefusal,
  type InvoiceTitle,
  SAVED_TITLES_MAX,
  type SavedTitle,
} from '../../billing/invoice.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { titleColumns, titleFrom } from './invoice-rows.ts'
import { mutate } from './mutation.ts'

export class SqlInvoiceTitles {
  readonly #engine: SqlEngine

  constructor(engine: SqlEngine) {
    this.#engine = engine
  }

  /** Keeps a title; returns its id. */
  save(
    accountId: string,
    title: InvoiceTitle,
    deed: Deed,
  ): Promise<Pick<SavedTitle, 'id'> | InvoiceRefusal> {
    const id = newId('ttl')
    const mutation = { deed, action: 'invoice_title.save', subject: id }
    return mutate(this.#engine, mutation, async ({ queries }) => {
      const kept = await read(queries, accountId)
      if (kept.length >= SAVED_TITLES_MAX) return 'titles_too_many' as InvoiceRefusal
      const row = { id, account_id: accountId, saved_at_ms: deed.atMs, ...titleColumns(title) }
      await queries.insertInto('invoice_title').values(row).execute()
      return { id }
    })
  }

  /** Forgets a title; invoices that were asked for with it keep what they were asked with. */
  remove(
    accountId: string,
    id: string,
    deed: Deed,
  ): Promise<Pick<SavedTitle, 'id'> | InvoiceRefusal> {
    const mutation = { deed, action: 'invoice_title.remove', subject: id }
    return mutate(this.#engine, mutation, async ({ queries }) => {
      const { numDeletedRows } = await queries
        .deleteFrom('invoice_title')
        .where('id', '=', id)
        .where('account_id', '=', accountId)
        .executeTakeFirstOrThrow()
      return numDeletedRows === 1n ? { id } : ('title_unknown' as InvoiceRefusal)
    })
  }

  /** In the order in which they were saved. */
  list(accountId: string): Promise<SavedTitle[]> {
    return read(this.#engine.queries, accountId)
  }
}

async function read(queries: Queries, accountId: string): Promise<SavedTitle[]> {
  const rows = await queries
    .selectFrom('invoice_title')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('saved_at_ms')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ id: row.id, accountId: row.account_id, ...titleFrom(row) }))
}
