/** Routes of invoices: asked for by buyers, issued or rejected by operators, with their files. */
import { z } from 'zod'
import { KeySealer } from '../../accounts/seal.ts'
import type { AccountStore } from '../../accounts/store.ts'
import { INVOICE_KINDS, INVOICE_MATERIALS, INVOICE_STATES } from '../../billing/invoice.ts'
import {
  ATTACH_FORM,
  INVOICE_FORM,
  ISSUE_FORM,
  RED_LETTER_FORM,
  REJECT_FORM,
} from '../../billing/invoice-forms.ts'
import type { SqlReader } from '../../storage/sql/engine.ts'
import { invoicesFrom } from '../../storage/sql/invoice-rows.ts'
import { SqlInvoices } from '../../storage/sql/invoices.ts'
import { readPage } from '../../storage/sql/pages.ts'
import { type Caller, isStaff, oneAccount, scopeOf } from './caller.ts'
import { Delivery, Title } from './invoice-titles.ts'
import { ACCOUNT_QUERY, cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, FileReply, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const OrderOnInvoice = z.object({ orderId: z.string(), amountFen: z.number() })

const InvoiceView = z.object({
  id: z.string(),
  accountId: z.string(),
  kind: z.enum(INVOICE_KINDS),
  material: z.enum(INVOICE_MATERIALS),
  state: z.enum(INVOICE_STATES),
  title: Title,
  delivery: Delivery,
  remark: z.string(),
  orders: z.array(OrderOnInvoice),
  amountFen: z.number(),
  /** What its orders count for now; less than its amount once one of them is refunded. */
  presentFen: z.number(),
  number: z.string().optional(),
  reason: z.string().optional(),
  requestedAtMs: z.number(),
  closedAtMs: z.number().optional(),
  redLetters: z.array(
    z.object({ number: z.string(), amountFen: z.number(), atMs: z.number(), reason: z.string() }),
  ),
  files: z.array(
    z.object({
      number: z.number(),
      name: z.string(),
      format: z.string(),
      bytes: z.number(),
      sha256: z.string(),
    }),
  ),
})

const FILE_TYPES = {
  pdf: 'application/pdf',
  ofd: 'application/ofd',
  xml: 'application/xml',
} as const

/** Adds the routes. */
export function addInvoices(app: AdminApp, { storage, invoiceFileBytesMax }: AdminServices): void {
  const { accounts, engine, keyring, reader } = storage
  const sealer = new KeySealer(keyring, 'invoice.seal')
  const invoices = new SqlInvoices(engine, { fileBytesMax: invoiceFileBytesMax, sealer })
  addList(app, reader, sealer)
  addRequests(app, invoices, accounts)
  addEndings(app, invoices)
  addFiles(app, invoices)
}

function addList(app: AdminApp, reader: SqlReader, sealer: KeySealer): void {
  serve(
    app,
    'GET /api/admin/invoices',
    {
      summary: 'Invoices, the newest first',
      query: z.strictObject({
        ...ACCOUNT_QUERY,
        ...PAGE_QUERY,
        state: z.enum(INVOICE_STATES).optional(),
      }),
      reply: pageOf(InvoiceView),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId)
      const after = cursorOf(query.after)
      if (typeof scope === 'string') return scope
      if (typeof after === 'string') return after
      const where = { account_id: scope.accountId, state: query.state }
      return reader.snapshot(async (queries) => {
        const page = await readPage(queries, 'invoice', { limit: query.limit, after, where })
        return { items: await invoicesFrom(queries, page.rows, sealer), ...nextOf(page.next) }
      })
    },
  )
}

function addRequests(app: AdminApp, invoices: SqlInvoices, accounts: AccountStore): void {
  serve(
    app,
    'GET /api/admin/invoices/orders',
    {
      summary: 'Paid orders that no invoice names yet',
      query: z.strictObject(ACCOUNT_QUERY),
      reply: z.object({ items: z.array(OrderOnInvoice) }),
    },
    async ({ caller, query }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return { items: await invoices.invoiceable(accountId) }
    },
  )
  serve(
    app,
    'GET /api/admin/invoices/{invoiceId}',
    { summary: 'One invoice', reply: InvoiceView },
    async ({ caller, params }) => {
      return (await invoices.find(keyFor(caller, params.invoiceId))) ?? 'invoice_unknown'
    },
  )
  serve(
    app,
    'POST /api/admin/invoices',
    {
      summary: 'Asks for an invoice over paid orders',
      query: z.strictObject(ACCOUNT_QUERY),
      body: INVOICE_FORM,
      reply: InvoiceView,
    },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return invoices.request(accountId, body, deed)
    },
  )
  serve(
    app,
    'POST /api/admin/invoices/{invoiceId}/withdrawal',
    { summary: 'Takes a request back before it is issued', reply: InvoiceView },
    ({ caller, params, deed }) => invoices.withdraw(keyFor(caller, params.invoiceId), deed),
  )
}

function addEndings(app: AdminApp, invoices: SqlInvoices): void {
  serve(
    app,
    'POST /api/admin/invoices/{invoiceId}/issue',
    { summary: 'Keeps that an invoice was issued', body: ISSUE_FORM, reply: InvoiceView },
    ({ caller, params, body, deed }) => {
      return invoices.issue(keyFor(caller, params.invoiceId), body, deed)
    },
  )
  serve(
    app,
    'POST /api/admin/invoices/{invoiceId}/rejection',
    { summary: 'Refuses a request', body: REJECT_FORM, reply: InvoiceView },
    ({ caller, params, body, deed }) => {
      return invoices.reject(keyFor(caller, params.invoiceId), body.reason, deed)
    },
  )
  serve(
    app,
    'POST /api/admin/invoices/{invoiceId}/red-letters',
    {
      summary: 'Takes back what was refunded, or the whole',
      body: RED_LETTER_FORM,
      reply: InvoiceView,
    },
    ({ caller, params, body, deed }) => {
      return invoices.redLetter(keyFor(caller, params.invoiceId), body, deed)
    },
  )
}

function addFiles(app: AdminApp, invoices: SqlInvoices): void {
  serve(
    app,
    'POST /api/admin/invoices/{invoiceId}/files',
    {
      summary: 'Attaches a PDF, OFD or XML file, which is the body',
      query: ATTACH_FORM,
      file: true,
      reply: InvoiceView,
    },
    ({ caller, params, query, request, deed }) => {
      const file = { name: query.name, content: request.body }
      return invoices.attach(keyFor(caller, params.invoiceId), file, deed)
    },
  )
  serve(
    app,
    'GET /api/admin/invoices/{invoiceId}/files/{number}',
    { summary: 'An attached file' },
    async ({ caller, params }) => {
      const number = Number(params.number)
      if (!Number.isSafeInteger(number)) return new Refusal(invalid('number', 'wrong_type'))
      const file = await invoices.file(keyFor(caller, params.invoiceId), number)
      if (typeof file === 'string') return file
      return new FileReply(FILE_TYPES[file.format], file.name, file.content)
    },
  )
}

/** A buyer's invoice is looked for among his own. */
function keyFor(caller: Caller, invoiceId = '') {
  return isStaff(caller) ? { invoiceId } : { invoiceId, accountId: caller.accountId ?? '' }
}
