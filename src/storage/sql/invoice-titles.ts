/** The titles that an account keeps for its next invoices. */
import { newId } from '../../accounts/key.ts'
import type { KeySealer } from '../../accounts/seal.ts'
import type { Deed } from '../../accounts/store.ts'
import {
  type InvoiceRefusal,
  type InvoiceTitle,
  SAVED_TITLES_MAX,
  type SavedTitle,
} from '../../billing/invoice.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { openTitle, sealTitle } from './invoice-rows.ts'
import { mutate } from './mutation.ts'

export class SqlInvoiceTitles {
  readonly #engine: SqlEngine
  readonly #sealer: KeySealer

  /** `sealer` is of the purpose `invoice.seal`. */
  constructor(engine: SqlEngine, sealer: KeySealer) {
    this.#engine = engine
    this.#sealer = sealer
  }

  /** Keeps a title; returns its id. */
  save(
    accountId: string,
    title: InvoiceTitle,
    deed: Deed,
  ): Promise<Pick<SavedTitle, 'id'> | InvoiceRefusal> {
    const id = newId('ttl')
    const sealed = sealTitle(title, accountId, this.#sealer)
    const mutation = { deed, action: 'invoice_title.save', subject: id }
    return mutate(this.#engine, mutation, async ({ queries }) => {
      const kept = await readRows(queries, accountId)
      if (kept.length >= SAVED_TITLES_MAX) return 'titles_too_many' as InvoiceRefusal
      const row = { id, account_id: accountId, saved_at_ms: deed.atMs, title_sealed: sealed }
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
  async list(accountId: string): Promise<SavedTitle[]> {
    const rows = await readRows(this.#engine.queries, accountId)
    return rows.map(({ id, title_sealed }) => {
      return { id, accountId, ...openTitle(title_sealed, accountId, this.#sealer) }
    })
  }
}

function readRows(queries: Queries, accountId: string) {
  return queries
    .selectFrom('invoice_title')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('saved_at_ms')
    .orderBy('id')
    .execute()
}
