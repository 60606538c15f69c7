/** Routes of keys: what an account calls with. A secret is shown once, when it is made. */
import { z } from 'zod'
import { KEY_FORM, KEY_LIMITS_FORM, ROTATION_FORM } from '../../accounts/forms.ts'
import { generateCipherSecret, generateKey, generateToken } from '../../accounts/key.ts'
import type { KeyLimits, KeyMaterial, KeySummary } from '../../accounts/store.ts'
import { keySummaryOf } from '../../storage/sql/key-rows.ts'
import { readPage } from '../../storage/sql/pages.ts'
import { type Caller, maySee, oneAccount, scopeOf } from './caller.ts'
import { ACCOUNT_QUERY, cursorOf, nextOf, PAGE_QUERY, pageOf } from './paging.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const MINUTE_MS = 60_000
const MODES = z.enum(['live', 'test'])

const KeyView = z.object({
  id: z.string(),
  accountId: z.string(),
  kind: z.enum(['tencent', 'appcode', 'appkey', 'direct']),
  mode: MODES,
  label: z.string(),
  state: z.enum(['active', 'revoked']),
  createdAtMs: z.number(),
  expiresAtMs: z.number().optional(),
  revokedAtMs: z.number().optional(),
  retiresAtMs: z.number().optional(),
  addresses: z.array(z.string()).optional(),
  dailyCap: z.number().optional(),
  encrypted: z.literal(true).optional(),
  temporary: z.literal(true).optional(),
})

/** What is shown once. */
const NewKey = KeyView.extend({
  credential: z.string(),
  secret: z.string(),
  cipherSecret: z.string().optional(),
  token: z.string().optional(),
})

/** Adds the routes. */
export function addKeys(app: AdminApp, services: AdminServices): void {
  const { accounts, reader } = services.storage
  serve(
    app,
    'GET /api/admin/keys',
    {
      summary: 'Keys, the newest first',
      query: z.strictObject({ ...ACCOUNT_QUERY, ...PAGE_QUERY, mode: MODES.optional() }),
      reply: pageOf(KeyView),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId)
      const after = cursorOf(query.after)
      if (typeof scope === 'string') return scope
      if (typeof after === 'string') return after
      const where = { account_id: scope.accountId, mode: query.mode }
      const page = await readPage(reader.queries, 'key', { limit: query.limit, after, where })
      return { items: page.rows.map(keySummaryOf), ...nextOf(page.next) }
    },
  )
  serve(
    app,
    'POST /api/admin/keys',
    {
      summary: 'Makes a key; its secret is in this reply alone',
      query: z.strictObject(ACCOUNT_QUERY),
      body: KEY_FORM,
      reply: NewKey,
    },
    async ({ caller, query, body, deed, nowMs }) => {
      const accountId = await oneAccount(accounts, caller, query.accountId)
      const account = await accounts.account(accountId)
      const key = await accounts.addKey(account, body.mode, materialFor(body, nowMs), deed)
      return { ...key, ...(await accounts.material(key.id)) }
    },
  )
  serve(app, 'GET /api/admin/keys/{keyId}', { summary: 'One key', reply: KeyView }, (asked) =>
    keyOf(services, asked.caller, asked.params.keyId),
  )
  addChanges(app, services)
}

function addChanges(app: AdminApp, services: AdminServices): void {
  const { accounts } = services.storage
  serve(
    app,
    'POST /api/admin/keys/{keyId}/rotation',
    {
      summary: 'Makes a key that replaces this one after an overlap',
      body: ROTATION_FORM,
      reply: NewKey,
    },
    async ({ caller, params, body, deed }) => {
      const older = await keyOf(services, caller, params.keyId)
      if (typeof older === 'string') return older
      if (body.appCode !== undefined && older.kind !== 'appcode') {
        return new Refusal(invalid('appCode', 'unknown'))
      }
      const material = {
        ...generateKey(older.kind),
        ...(body.appCode !== undefined && { credential: body.appCode, secret: body.appCode }),
        ...(older.encrypted && { cipherSecret: generateCipherSecret() }),
      }
      const retiresAtMs = deed.atMs + body.overlapMinutes * MINUTE_MS
      const newer = await accounts.rotateKey(older.id, material, retiresAtMs, deed)
      return { ...newer, ...(await accounts.material(newer.id)) }
    },
  )
  serve(
    app,
    'POST /api/admin/keys/{keyId}/revocation',
    { summary: 'Ends a key at once', reply: KeyView },
    async ({ caller, params, deed }) => {
      const key = await keyOf(services, caller, params.keyId)
      return typeof key === 'string' ? key : accounts.revokeKey(key.id, deed)
    },
  )
  serve(
    app,
    'PUT /api/admin/keys/{keyId}/limits',
    { summary: 'Sets or, with null, lifts limits of a key', body: KEY_LIMITS_FORM, reply: KeyView },
    async ({ caller, params, body, deed }) => {
      const key = await keyOf(services, caller, params.keyId)
      if (typeof key === 'string') return key
      const limits: KeyLimits = {
        ...('addresses' in body && { addresses: body.addresses ?? undefined }),
        ...('dailyCap' in body && { dailyCap: body.dailyCap ?? undefined }),
      }
      return accounts.limitKey(key.id, limits, deed)
    },
  )
  serve(
    app,
    'POST /api/admin/keys/{keyId}/reveal',
    {
      summary: 'Shows an AppCode again, which is audited',
      reply: z.object({ appCode: z.string() }),
    },
    async ({ caller, params, deed }) => {
      const key = await keyOf(services, caller, params.keyId)
      if (typeof key === 'string') return key
      if (services.appCodeReveal === 'never') return 'forbidden'
      // Each look leaves its own line, whatever key the request came under.
      const { actor, atMs } = deed
      return { appCode: await accounts.revealAppCode(key.id, { actor, atMs }) }
    },
  )
}

async function keyOf(
  { storage }: AdminServices,
  caller: Caller,
  keyId = '',
): Promise<KeySummary | 'key_unknown'> {
  const key = await storage.accounts.key(keyId)
  return maySee(caller, key.accountId) ? key : 'key_unknown'
}

function materialFor(form: z.infer<typeof KEY_FORM>, nowMs: number): KeyMaterial {
  const { kind, appCode, encrypted, temporaryMinutes } = form
  return {
    ...generateKey(kind),
    ...(appCode !== undefined && { credential: appCode, secret: appCode }),
    ...(encrypted && { cipherSecret: generateCipherSecret() }),
    ...(temporaryMinutes !== undefined && {
      token: generateToken(),
      expiresAtMs: nowMs + temporaryMinutes * MINUTE_MS,
    }),
  }
}
