/** How calls are found by an element: what was typed becomes tokens here, and is not kept. */
import type { ElementFilter } from '../billing/call-log.ts'
import { ElementIndex, INDEX_TOKEN_BYTES, INDEXED } from '../domain/element-index.ts'
import { normalise } from '../domain/elements.ts'
import type { ElementName } from '../domain/product.ts'
import type { Secret } from '../domain/secret.ts'
import type { Storage } from './storage.ts'

/** Tokens are keyed for each account: without one named, an element has as many as there are. */
export async function elementFilter(
  { accounts, keyring }: Pick<Storage, 'accounts' | 'keyring'>,
  name: ElementName,
  typed: Secret,
  accountId: string | undefined,
): Promise<ElementFilter> {
  const elements = normalise({ [name]: typed }, 'card4')
  const ids =
    accountId === undefined ? (await accounts.accounts()).map(({ id }) => id) : [accountId]
  const index = new ElementIndex(keyring)
  const position = INDEXED.indexOf(name)
  const at = position * INDEX_TOKEN_BYTES
  const tokens = ids.map((id) => index.of(id, elements).slice(at, at + INDEX_TOKEN_BYTES))
  return { position, tokens }
}
