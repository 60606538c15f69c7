/** Keys of an account that its people use from the console: their secrets never leave the server. */
import type { KeySummary } from '../../accounts/store.ts'
import type { Role } from '../../accounts/user.ts'
import type { KeyKind } from '../../domain/key.ts'
import type { Mode } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import type { Storage } from '../../storage/storage.ts'
import { type Caller, maySee } from './caller.ts'
import { invalid } from './problem.ts'
import { Refusal } from './route.ts'

/** Who may sign with a key: with one that costs money, only those who could make one. */
const SIGNERS: Readonly<Record<Mode, readonly Role[]>> = {
  test: ['buyer_admin', 'buyer_developer', 'buyer_finance', 'operator'],
  live: ['buyer_admin', 'buyer_developer', 'operator'],
}

/** Stands for a secret in what is shown. */
const VEIL = '••••••••'

/** A key with what it signs with. */
export interface OwnKey {
  readonly summary: KeySummary
  readonly credential: string
  readonly secret: Secret
  /** A text in which something else stands for the secret. */
  readonly veiled: (text: string) => string
}

/** A key that somebody may know of, whether it still works or not; nothing of its secret. */
export async function knownKey(
  { accounts }: Pick<Storage, 'accounts'>,
  caller: Caller,
  keyId: string,
): Promise<KeySummary | 'key_unknown'> {
  const key = await accounts.key(keyId)
  return maySee(caller, key.accountId) ? key : 'key_unknown'
}

/** A key to sign with in the name of somebody who may. */
export async function ownKey(
  storage: Pick<Storage, 'accounts'>,
  caller: Caller,
  wanted: { readonly keyId: string; readonly kind: KeyKind },
): Promise<OwnKey | Refusal | string> {
  const summary = await knownKey(storage, caller, wanted.keyId)
  if (typeof summary === 'string') return summary
  if (!SIGNERS[summary.mode].some((role) => caller.roles.includes(role))) return 'forbidden'
  // The calls of a temporary key carry a token besides, which no request of the explorer has.
  if (summary.kind !== wanted.kind || summary.temporary) {
    return new Refusal(invalid('keyId', 'malformed'))
  }
  if (summary.state === 'revoked') return 'key_already_revoked'
  const { credential, secret } = await storage.accounts.material(summary.id)
  return {
    summary,
    credential,
    secret: new Secret(secret),
    veiled: (text) => text.replaceAll(secret, VEIL),
  }
}
