/**
 * Encrypted elements in clear (page 1007/47180), without telling why when they cannot be had.
 *
 * The padding of both RSA and CBC would be an oracle: so every failure is one refusal, a data key that
 * cannot be unwrapped is replaced by bytes nobody can foretell, and all fields are worked through
 * under every key the account has in use, whatever the first one gives.
 */
import { isUtf8 } from 'node:buffer'
import type { Elements } from '../../domain/elements.ts'
import type { Fault } from '../../domain/fault.ts'
import type { Key } from '../../domain/key.ts'
import type { ElementName } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import type { Vault } from '../vault.ts'
import { isDataKeyBlob, unwrapDataKey } from './data-key-blob.ts'
import type { ActionSchema, Encrypted } from './messages.ts'
import { base64Bytes, type Sealed, SUITES, type Suite } from './suites.ts'

/** Who asks, and when. */
export interface Asker {
  readonly key: Key
  readonly nowMs: number
}

const FAILED: Fault = { fault: 'decrypt_failed' }
const NO_BLOB = Buffer.alloc(0)

const CONTROL = /\p{Cc}/u
const NUMBER = /^ *\d*[Xx]? *$/

/** Whether a text that came out can be what went in; of what length is judged later, as a result. */
const ALPHABETS: Readonly<Record<ElementName, (text: string) => boolean>> = {
  name: (text) => !CONTROL.test(text),
  idNumber: (text) => NUMBER.test(text),
  cardNumber: (text) => NUMBER.test(text),
  mobile: (text) => NUMBER.test(text),
}

/** All elements of a call, those of its list decrypted; the rest stay as they came. */
export async function decryptElements(
  schema: ActionSchema,
  { elements, encryption }: Encrypted,
  vault: Vault,
  { key, nowMs }: Asker,
): Promise<Elements | Fault> {
  const { EncryptList, CiphertextBlob: blob, Algorithm } = encryption
  const names = EncryptList.map((name) => schema.elements[name])
  if (!names.every((name) => name !== undefined)) return { fault: 'encrypt_field_unsupported' }
  const suite: Suite = SUITES[Algorithm]
  const wrapping = isDataKeyBlob(blob) ? 'kms' : suite.wrapping
  const keys = vault.keys(key.account.id, wrapping)
  if (wrapping === 'kms' && keys.length === 0) return { fault: 'encrypt_not_authorized' }
  const admission = vault.admit(key, blob, nowMs)
  if (admission === 'closed') return FAILED

  const sealed: Sealed = {
    iv: encryption.Iv,
    fields: names.map((name) => elements[name]!.reveal()),
    tags: encryption.TagList,
  }
  const decoy = vault.decoy(`${key.account.id}\n${blob}`, suite.keyBytes)
  let opened: Elements | undefined
  for (const unwrapped of await dataKeys(suite, blob, keys, key.account.id)) {
    const right = admission === 'open' && unwrapped?.length === suite.keyBytes
    const clear = clearElements(names, await suite.open(right ? unwrapped : decoy, sealed))
    if (right) opened ??= clear
  }
  vault.note(key, blob, nowMs, opened !== undefined)
  return opened === undefined ? FAILED : { ...elements, ...opened }
}

/** What each key makes of the blob; an account without a key has one that makes nothing of it. */
async function dataKeys(
  suite: Suite,
  blob: string,
  keys: ReturnType<Vault['keys']>,
  accountId: string,
): Promise<readonly (Buffer | undefined)[]> {
  if (keys.length === 0) return [undefined]
  if (isDataKeyBlob(blob)) {
    return keys.map((master) => unwrapDataKey(master, { accountId, context: '' }, blob))
  }
  const wrapped = base64Bytes(blob) ?? NO_BLOB
  return Promise.all(keys.map((key) => suite.unwrap(key, wrapped)))
}

/** Undefined when one field is missing or not of its alphabet; all are looked at. */
function clearElements(
  names: readonly ElementName[],
  fields: readonly (Buffer | undefined)[],
): Elements | undefined {
  let whole = true
  const elements: { [E in ElementName]?: Secret } = {}
  for (const [i, name] of names.entries()) {
    const bytes = fields[i] ?? NO_BLOB
    const text = bytes.toString('utf8')
    const sound = fields[i] !== undefined && isUtf8(bytes) && ALPHABETS[name](text)
    whole = whole && sound
    elements[name] = new Secret(text)
  }
  return whole ? elements : undefined
}
