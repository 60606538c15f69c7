/**
 * Invoices over paid orders. Each change is one transaction with its audit line, which names the
 * invoice and nothing of the buyer; that an order stands on one invoice at most is an index.
 */
import { createHash } from 'node:crypto'
import { newId } from '../../accounts/key.ts'
import type { KeySealer } from '../../accounts/seal.ts'
import type { Deed } from '../../accounts/store.ts'
import {
  fileFormat,
  INVOICE_FILES_MAX,
  type Invoice,
  type InvoicedOrder,
  type InvoiceFile,
  type InvoiceRefusal,
  type InvoiceRequest,
  type InvoiceState,
  redDueFen,
  standingFen,
} from '../../billing/invoice.ts'
import type { Queries, SqlEngine } from './engine.ts'
import {
  claim,
  countAnew,
  countsFor,
  type Ending,
  end,
  findInvoice,
  free,
  type InvoiceKey,
  lock,
  numberTaken,
  reverse,
  tick,
} from './invoice-changes.ts'
import { invoicesFrom, sealBuyer } from './invoice-rows.ts'
import { mutate } from './mutation.ts'

/** What the audit calls the end of a request. */
const VERBS = { rejected: 'reject', withdrawn: 'withdraw' } as const

export interface InvoiceQuery {
  readonly accountId?: string
  readonly state?: InvoiceState
  readonly limit: number
}

/** What the tax platform has issued. */
export interface IssuedInvoice {
  readonly number: string
  readonly amountFen: number
}

/** A red letter over what is due, or over all that stands of the invoice. */
export interface RedLetterOrder {
  readonly number: string
  readonly reason: string
  readonly whole: boolean
}

export interface InvoiceOptions {
  /** Of one attached file. */
  readonly fileBytesMax: number
  /** Of the purpose `invoice.seal`. */
  readonly sealer: KeySealer
}

/** What a change says of itself: only names, since it may be kept for a repetition. */
interface Changed {
  readonly invoiceId: string
}

export class SqlInvoices {
  readonly #engine: SqlEngine
  readonly #options: InvoiceOptions

  constructor(engine: SqlEngine, options: InvoiceOptions) {
    this.#engine = engine
    this.#options = options
  }

  /** Asks for an invoice over paid orders of an account. */
  async request(
    accountId: string,
    request: InvoiceRequest,
    deed: Deed,
  ): Promise<Invoice | InvoiceRefusal> {
    const invoiceId = newId('inv')
    const { orderIds, kind, material } = request
    return this.#change(deed, 'invoice.request', async (queries) => {
      const orders = await tick(queries, accountId, orderIds)
      if (typeof orders === 'string') return orders
      const row = {
        id: invoiceId,
        account_id: accountId,
        kind,
        material,
        state: 'processing' as const,
        buyer_sealed: sealBuyer(request, accountId, this.#options.sealer),
        requested_at_ms: deed.atMs,
      }
      await queries.insertInto('invoice').values(row).execute()
      return (await claim(queries, invoiceId, orders)) ? { invoiceId } : 'order_invoiced'
    })
  }

  /** Takes a request back before it is issued. */
  withdraw(key: InvoiceKey, deed: Deed): Promise<Invoice | InvoiceRefusal> {
    return this.#end(key, { state: 'withdrawn' }, deed)
  }

  /** Refuses a request. */
  reject(key: InvoiceKey, reason: string, deed: Deed): Promise<Invoice | InvoiceRefusal> {
    return this.#end(key, { state: 'rejected', reason }, deed)
  }

  /** Keeps that the tax platform has issued an invoice, over what its orders count for. */
  issue(key: InvoiceKey, issued: IssuedInvoice, deed: Deed): Promise<Invoice | InvoiceRefusal> {
    const { number, amountFen } = issued
    return this.#change(deed, 'invoice.issue', async (queries) => {
      await lock(queries, key)
      const invoice = await findInvoice(queries, key, this.#options.sealer)
      if (invoice === undefined) return 'invoice_unknown'
      if (await numberTaken(queries, number)) return 'number_taken'
      if (amountFen !== invoice.amountFen) {
        // Another sum is right only when an order was refunded since it was ticked.
        if (amountFen !== invoice.presentFen) return 'amount_mismatch'
        await countAnew(queries, invoice.id)
      }
      const ended = await end(queries, key, { state: 'issued', number }, deed.atMs)
      return ended ? { invoiceId: invoice.id } : 'not_processing'
    })
  }

  /** Keeps a red letter; when nothing stands of the invoice any more, its orders are free. */
  redLetter(key: InvoiceKey, order: RedLetterOrder, deed: Deed): Promise<Invoice | InvoiceRefusal> {
    const { number, reason, whole } = order
    return this.#change(deed, 'invoice.reverse', async (queries) => {
      await lock(queries, key)
      const invoice = await findInvoice(queries, key, this.#options.sealer)
      if (invoice === undefined) return 'invoice_unknown'
      if (invoice.state !== 'issued') return 'not_issued'
      if (await numberTaken(queries, number)) return 'number_taken'
      const standing = standingFen(invoice)
      const amountFen = whole ? standing : redDueFen(invoice)
      if (amountFen <= 0) return 'nothing_refunded'
      const letter = { number, invoice_id: invoice.id, amount_fen: amountFen, reason }
      await queries
        .insertInto('red_letter')
        .values({ ...letter, at_ms: deed.atMs })
        .execute()
      if (amountFen === standing) await reverse(queries, invoice.id)
      return { invoiceId: invoice.id }
    })
  }

  /** Attaches a file that the tax platform gave. */
  async attach(
    key: InvoiceKey,
    file: { readonly name: string; readonly content: Uint8Array },
    deed: Deed,
  ): Promise<Invoice | InvoiceRefusal> {
    const { name, content } = file
    const format = fileFormat(content)
    if (format === undefined) return 'file_format'
    if (content.length > this.#options.fileBytesMax) return 'file_too_large'
    return this.#change(deed, 'invoice.attach', async (queries) => {
      await lock(queries, key)
      const invoice = await findInvoice(queries, key, this.#options.sealer)
      if (invoice === undefined) return 'invoice_unknown'
      if (invoice.number === undefined) return 'not_issued'
      if (invoice.files.length >= INVOICE_FILES_MAX) return 'files_too_many'
      const sha256 = createHash('sha256').update(content).digest('hex')
      const number = invoice.files.length + 1
      const row = { number, name, format, bytes: content.length, sha256, content }
      await queries
        .insertInto('invoice_file')
        .values({ invoice_id: invoice.id, ...row })
        .execute()
      return { invoiceId: invoice.id }
    })
  }

  /** The newest first. */
  list({ accountId, state, limit }: InvoiceQuery): Promise<Invoice[]> {
    return this.#engine.snapshot(async (queries) => {
      let query = queries.selectFrom('invoice').selectAll()
      if (accountId !== undefined) query = query.where('account_id', '=', accountId)
      if (state !== undefined) query = query.where('state', '=', state)
      const newestFirst = query.orderBy('requested_at_ms', 'desc').orderBy('id')
      return invoicesFrom(queries, await newestFirst.limit(limit).execute(), this.#options.sealer)
    })
  }

  find(key: InvoiceKey): Promise<Invoice | undefined> {
    return this.#engine.snapshot((queries) => findInvoice(queries, key, this.#options.sealer))
  }

  /** An attached file with its content. */
  async file(
    key: InvoiceKey,
    number: number,
  ): Promise<(InvoiceFile & { readonly content: Uint8Array }) | InvoiceRefusal> {
    const invoice = await this.find(key)
    if (invoice === undefined) return 'invoice_unknown'
    const row = await this.#engine.queries
      .selectFrom('invoice_file')
      .select(['number', 'name', 'format', 'bytes', 'sha256', 'content'])
      .where('invoice_id', '=', invoice.id)
      .where('number', '=', number)
      .executeTakeFirst()
    return row ?? 'file_unknown'
  }

  /** The orders of an account that can be ticked, with what they count for. */
  async invoiceable(accountId: string): Promise<InvoicedOrder[]> {
    const rows = await this.#engine.queries
      .selectFrom('order')
      .selectAll()
      .where('account_id', '=', accountId)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('invoice_order')
              .select('order_id')
              .whereRef('order_id', '=', 'order.id')
              .where('active', '=', 1),
          ),
        ),
      )
      .orderBy('placed_at_ms')
      .execute()
    return rows.flatMap((row) => {
      const amountFen = countsFor(row)
      return typeof amountFen === 'string' ? [] : [{ orderId: row.id, amountFen }]
    })
  }

  #end(
    key: InvoiceKey,
    ending: Exclude<Ending, { state: 'issued' }>,
    deed: Deed,
  ): Promise<Invoice | InvoiceRefusal> {
    const { invoiceId } = key
    return this.#change(deed, `invoice.${VERBS[ending.state]}`, async (queries) => {
      if (await end(queries, key, ending, deed.atMs)) {
        await free(queries, invoiceId)
        return { invoiceId }
      }
      return (await findInvoice(queries, key, this.#options.sealer))
        ? 'not_processing'
        : 'invoice_unknown'
    })
  }

  /** Runs a change and reads the invoice as it is then. */
  async #change(
    deed: Deed,
    action: string,
    act: (queries: Queries) => Promise<Changed | InvoiceRefusal>,
  ): Promise<Invoice | InvoiceRefusal> {
    const subject = ({ invoiceId }: Changed) => invoiceId
    const changed = await mutate<Changed | InvoiceRefusal>(
      this.#engine,
      { deed, action, subject },
      ({ queries }) => act(queries),
    )
    if (typeof changed === 'string') return changed
    return (await this.find(changed)) ?? 'invoice_unknown'
  }
}
