/** Routes of the keys under which callers encrypt elements for an account. */
import { z } from 'zod'
import type { DecryptAlgorithm } from '../../domain/decrypt-key.ts'
import { generateKeyPair } from '../../protocols/tencent/key-pair.ts'
import { isStaff, oneAccount, scopeOf } from './caller.ts'
import { ACCOUNT_QUERY } from './paging.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const ALGORITHMS = ['rsa', 'sm2', 'kms'] as const satisfies readonly DecryptAlgorithm[]
const ONE_ACCOUNT = z.strictObject(ACCOUNT_QUERY)
const KEY_PAIR_FORM = z.strictObject({ algorithm: z.enum(ALGORITHMS) })

const EncryptionKey = z.object({
  id: z.string(),
  accountId: z.string(),
  algorithm: z.enum(ALGORITHMS),
  /** What callers encrypt with; of `kms` the id of the master key. */
  publicKey: z.string(),
  state: z.enum(['active', 'retiring', 'retired']),
  createdAtMs: z.number(),
  retiredAtMs: z.number().optional(),
})

/** Adds the routes. */
export function addEncryptionKeys(app: AdminApp, { storage }: AdminServices): void {
  const { accounts, decryptKeys } = storage
  serve(
    app,
    'GET /api/admin/encryption-keys',
    {
      summary: 'Encryption keys',
      query: ONE_ACCOUNT,
      reply: z.object({ items: z.array(EncryptionKey) }),
    },
    async ({ caller, query }) => {
      const scope = scopeOf(caller, query.accountId)
      if (typeof scope === 'string') return scope
      return { items: await decryptKeys.decryptKeys(scope.accountId) }
    },
  )
  const make = (name: 'createDecryptKey' | 'rotateDecryptKey') => {
    const rotates = name === 'rotateDecryptKey'
    serve(
      app,
      rotates ? 'POST /api/admin/encryption-keys/rotation' : 'POST /api/admin/encryption-keys',
      {
        summary: rotates
          ? 'Makes the next key of an algorithm; the present one still opens what comes'
          : 'Makes the first key of an algorithm',
        query: ONE_ACCOUNT,
        body: KEY_PAIR_FORM,
        reply: EncryptionKey,
      },
      async ({ caller, query, body, deed }) => {
        const accountId = await oneAccount(accounts, caller, query.accountId)
        const account = await accounts.account(accountId)
        return decryptKeys[name](account, await generateKeyPair(body.algorithm), deed)
      },
    )
  }
  make('createDecryptKey')
  make('rotateDecryptKey')
  serve(
    app,
    'POST /api/admin/encryption-keys/{encryptionKeyId}/retirement',
    { summary: 'Ends a key at once', reply: EncryptionKey },
    async ({ caller, params, deed }) => {
      const scope = scopeOf(caller, isStaff(caller) ? 'all' : undefined)
      if (typeof scope === 'string') return scope
      const keys = await decryptKeys.decryptKeys(scope.accountId)
      const key = keys.find(({ id }) => id === params.encryptionKeyId)
      return key === undefined ? 'key_unknown' : decryptKeys.retireDecryptKey(key.id, deed)
    },
  )
}
