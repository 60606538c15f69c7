/** Routes of accounts and their states. */
import { z } from 'zod'
import { ACCOUNT_FORM, ACCOUNT_STATE_FORM } from '../../accounts/forms.ts'
import { newId } from '../../accounts/key.ts'
import type { Account } from '../../domain/key.ts'
import { ACCOUNT_STATES } from '../../domain/key.ts'
import { accountOf } from '../../storage/sql/key-rows.ts'
import { readPage } from '../../storage/sql/pages.ts'
import { maySee } from './caller.ts'
import { cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const AccountView = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(ACCOUNT_STATES),
  ratePerSecond: z.number(),
  unsignedPayload: z.literal('refused').optional(),
})

/** Adds the routes. */
export function addAccounts(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, reader } = storage
  serve(
    app,
    'GET /api/admin/accounts',
    {
      summary: 'Accounts, the newest first',
      query: z.strictObject({ ...PAGE_QUERY, state: z.enum(ACCOUNT_STATES).optional() }),
      reply: pageOf(AccountView.extend({ createdAtMs: z.number() })),
    },
    async ({ query }) => {
      const after = cursorOf(query.after)
      if (typeof after === 'string') return after
      const wanted = { limit: query.limit, after, where: { state: query.state } }
      const page = await readPage(reader.queries, 'account', wanted)
      const items = page.rows.map((row) => ({ ...accountOf(row), createdAtMs: row.created_at_ms }))
      return { items, ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'POST /api/admin/accounts',
    { summary: 'Adds an account', body: ACCOUNT_FORM, reply: AccountView },
    async ({ body, deed }) => {
      const account: Account = { id: newId('acc'), state: 'active', ...body }
      await accounts.createAccount(account, deed)
      // Of a repeated request it is the account that the first one made.
      return accounts.account(body.name)
    },
  )
  serve(
    app,
    'GET /api/admin/accounts/{accountId}',
    { summary: 'One account', reply: AccountView },
    async ({ caller, params }) => {
      const account = await accounts.account(params.accountId ?? '')
      return maySee(caller, account.id) ? account : 'account_unknown'
    },
  )
  serve(
    app,
    'PUT /api/admin/accounts/{accountId}/state',
    { summary: 'Says in which state an account is', body: ACCOUNT_STATE_FORM, reply: AccountView },
    async ({ params, body, deed }) => {
      const { id } = await accounts.account(params.accountId ?? '')
      await accounts.setAccountState(id, body.state, deed)
      return accounts.account(id)
    },
  )
}
