/** Routes of the titles that an account keeps for its invoices. */
import { z } from 'zod'
import { KeySealer } from '../../accounts/seal.ts'
import { TITLE_FORM } from '../../billing/invoice-forms.ts'
import { SqlInvoiceTitles } from '../../storage/sql/invoice-titles.ts'
import { oneAccount } from './caller.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const ONE_ACCOUNT = z.strictObject(ACCOUNT_QUERY)

export const Title = z.object({
  title: z.string(),
  taxNumber: z.string(),
  address: z.string().optional(),
  phone: z.string().optional(),
  bankName: z.string().optional(),
  bankAccount: z.string().optional(),
})

export const Delivery = z.object({
  addressee: z.string().optional(),
  phone: z.string().optional(),
  address: z.string().optional(),
  postalCode: z.string().optional(),
  emails: z.array(z.string()),
})

const SavedTitle = Title.extend({ id: z.string(), accountId: z.string() })

/** Adds the routes. */
export function addInvoiceTitles(app: AdminApp, { storage }: AdminServices): void {
  const { accounts } = storage
  const titles = new SqlInvoiceTitles(
    storage.engine,
    new KeySealer(storage.keyring, 'invoice.seal'),
  )
  const Id = z.object({ id: z.string() })
  serve(
    app,
    'GET /api/admin/invoices/titles',
    { summary: 'Titles kept', query: ONE_ACCOUNT, reply: z.object({ items: z.array(SavedTitle) }) },
    async ({ caller, query }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return { items: await titles.list(accountId) }
    },
  )
  serve(
    app,
    'POST /api/admin/invoices/titles',
    { summary: 'Keeps a title', query: ONE_ACCOUNT, body: TITLE_FORM, reply: Id },
    async ({ caller, query, body, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return titles.save(accountId, body, deed)
    },
  )
  serve(
    app,
    'DELETE /api/admin/invoices/titles/{titleId}',
    { summary: 'Forgets a title', query: ONE_ACCOUNT, reply: Id },
    async ({ caller, params, query, deed }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      return titles.remove(accountId, params.titleId ?? '', deed)
    },
  )
}
