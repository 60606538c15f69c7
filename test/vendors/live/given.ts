/**
 * What an operator gives a live run: a credential and, for paid calls, elements of people who agreed
 * to it. Both come from the environment or from files that nobody else can read, never from the
 * command line, which other users of a machine see; nothing of them is kept or printed.
 */
import { readFileSync, statSync } from 'node:fs'
import { precheck } from '../../../src/domain/elements.ts'
import type { KeyKind } from '../../../src/domain/key.ts'
import { OUTCOME_NAMES, type Outcome } from '../../../src/domain/outcome.ts'
import { type ElementName, PRODUCTS, type Product } from '../../../src/domain/product.ts'
import { Secret } from '../../../src/domain/secret.ts'
import type {
  VendorAsk,
  VendorClient,
  VendorCredential,
} from '../../../src/protocols/vendor-client.ts'

/** A mistake of whoever started the run, in one line for him. */
export class GivenError extends Error {}

/** One paid question, and what its writer knows the answer to be. */
export interface PaidCase extends Pick<VendorAsk, 'product' | 'elements'> {
  readonly expected: Outcome
}

export const PAID_CALLS_MAX = 5
/** Issuers lock a card after the third miss in a row; others may be asking as well. */
const MISSES_A_CARD_MAX = 1
const OTHERS_MODE = 0o077

type Environment = Readonly<Record<string, string | undefined>>

/** The credential of a file, or of `KAYAN_LIVE_KIND`, `_ID`, `_SECRET`, `_TOKEN` and `_PUBLIC_KEY`. */
export function readCredential(
  vendor: VendorClient,
  environment: Environment,
  path?: string,
): VendorCredential {
  const given = path === undefined ? fromEnvironment(environment) : textsOf(readOwnJson(path))
  const { id = '', secret, token, publicKey } = given
  const kind = vendor.credentials.find((known) => known === (given.kind ?? vendor.credentials[0]))
  if (secret === undefined) throw new GivenError('the credential has no secret')
  if (kind === undefined) {
    throw new GivenError(`the credential’s kind is one of ${vendor.credentials.join(', ')}`)
  }
  if (publicKey !== undefined && vendor.encryptionOf?.(publicKey) === undefined) {
    throw new GivenError('the public key (base64 of PEM) is none that the vendor takes')
  }
  return {
    kind: kind satisfies KeyKind,
    id,
    secret: new Secret(secret),
    ...(token !== undefined && { token: new Secret(token) }),
    ...(publicKey !== undefined && { publicKey }),
  }
}

/** The paid questions of a file: a list of objects with the elements and `expected`. */
export function readPaidCases(vendor: VendorClient, path: string): PaidCase[] {
  const list = readOwnJson(path)
  if (!Array.isArray(list)) throw new GivenError(`${path} holds no list`)
  if (list.length > PAID_CALLS_MAX) {
    throw new GivenError(`${path} has more than ${PAID_CALLS_MAX} questions`)
  }
  const cases = list.map((row, i) => paidCase(vendor, textsOf(row), `${path}, question ${i + 1}`))
  const misses = new Map<string, number>()
  for (const { expected, elements } of cases) {
    const card = elements.cardNumber?.reveal() ?? ''
    if (expected !== 'match') misses.set(card, (misses.get(card) ?? 0) + 1)
  }
  if ([...misses.values()].some((count) => count > MISSES_A_CARD_MAX)) {
    throw new GivenError(`${path} lets a card miss more than once: its issuer could lock it`)
  }
  return cases
}

function paidCase(
  vendor: VendorClient,
  row: Readonly<Record<string, string>>,
  where: string,
): PaidCase {
  const product = vendor.products.find((sold) => sold === (row.product ?? 'card4'))
  const expected = OUTCOME_NAMES.find((name) => name === (row.expected ?? 'match'))
  if (product === undefined) throw new GivenError(`${where}: the vendor does not sell the product`)
  if (expected === undefined) throw new GivenError(`${where}: no outcome is called so`)
  const elements = elementsOf(product, row)
  const malformed = precheck(elements, product, 'strict')
  if (malformed !== undefined) throw new GivenError(`${where}: ${malformed}`)
  return { product, expected, elements }
}

function elementsOf(product: Product, row: Readonly<Record<string, string>>) {
  const names: readonly ElementName[] = PRODUCTS[product]
  return Object.fromEntries(names.map((name) => [name, new Secret(row[name] ?? '')]))
}

function fromEnvironment(environment: Environment): Record<string, string> {
  const named = {
    kind: environment.KAYAN_LIVE_KIND,
    id: environment.KAYAN_LIVE_ID,
    secret: environment.KAYAN_LIVE_SECRET,
    token: environment.KAYAN_LIVE_TOKEN,
    publicKey: environment.KAYAN_LIVE_PUBLIC_KEY,
  }
  return textsOf(named)
}

function textsOf(row: unknown): Record<string, string> {
  const texts = Object.entries(row ?? {}).filter(([, value]) => typeof value === 'string' && value)
  return Object.fromEntries(texts)
}

/** A JSON file that is its reader's own. What it holds is never part of an error. */
function readOwnJson(path: string): unknown {
  const { mode, uid } = statSync(path, { throwIfNoEntry: false }) ?? {}
  if (mode === undefined) throw new GivenError(`${path} does not exist`)
  if ((mode & OTHERS_MODE) !== 0 || uid !== process.getuid?.()) {
    throw new GivenError(`${path} must be yours and readable by nobody else (chmod 600)`)
  }
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new GivenError(`${path} is not JSON`)
  }
}
