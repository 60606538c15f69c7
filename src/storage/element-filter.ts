/** How calls are found by an element: what was typed becomes tokens here, and is not kept. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ElementFilter } from '../billing/call-log.ts'
import { ElementIndex, INDEX_TOKEN_BYTES, INDEXED } from '../domain/element-index.ts'
import { normalise } from '../domain/elements.ts'
import type { ElementName } from '../domain/product.ts'
import type { Secret } from '../domain/secret.ts'
import type { Storage } from './storage.ts'

/** Each needs a key of its own; a server answers calls between so many of them. */
const TOKENS_A_TURN = 200

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
  const tokens: string[] = []
  for (const id of ids) {
    tokens.push(index.of(id, elements).slice(at, at + INDEX_TOKEN_BYTES))
    if (tokens.length % TOKENS_A_TURN === 0) await nextTurn()
  }
  return { position, tokens }
}
