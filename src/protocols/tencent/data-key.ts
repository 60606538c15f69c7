/**
 * `GenerateDataKey` of the key management service (KMS, version 2019-01-18), as far as the field
 * encryption needs it: a data key in clear and wrapped under a master key of the account. It asks no
 * source, costs nothing and is not kept: what a client may need again is in the blob.
 */
import { randomBytes } from 'node:crypto'
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { Key } from '../../domain/key.ts'
import type { Product } from '../../domain/product.ts'
import type { CallNames, ProtocolCall } from '../protocol.ts'
import type { Vault } from '../vault.ts'
import type { TencentCall } from './call.ts'
import { wrapDataKey } from './data-key-blob.ts'
import { checkText, type Message, wrongType } from './messages.ts'
import {
  encryptFor,
  isPublicKey,
  PUBLIC_KEY_ALGORITHMS,
  type PublicKeyAlgorithm,
} from './public-key.ts'
import { scrubbed } from './scrub.ts'

const KEY_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const SPEC_BYTES: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 }
const DATA_KEY_BYTES_MAX = 1024
const CONTEXT_CHARS_MAX = 1024

const TEXTS = [
  'KeyId',
  'KeySpec',
  'EncryptionContext',
  'EncryptionPublicKey',
  'EncryptionAlgorithm',
] as const
/** Keys that the service keeps by name are beyond what the field encryption needs. */
const HOSTED: readonly string[] = [
  'IsHostedByKms',
  'DataKeyName',
  'Description',
  'HsmClusterId',
  'Tags',
]

type TextName = (typeof TEXTS)[number]

/** What a data key is asked for with, checked. */
interface Wish {
  readonly keyId: string
  readonly bytes: number
  readonly context: string
  /** Whom the data key is encrypted for in place of being told in clear. */
  readonly recipient?: { readonly pem: string; readonly algorithm: PublicKeyAlgorithm }
}

export class DataKeyCall implements ProtocolCall {
  readonly product: Product
  readonly api: string
  readonly credential: TencentCall['credential']
  declare readonly client?: string
  readonly #signed: TencentCall
  #wish: Wish | undefined

  constructor(signed: TencentCall) {
    this.#signed = signed
    this.product = signed.product
    this.api = signed.api
    this.credential = signed.credential
    if (signed.client !== undefined) this.client = signed.client
  }

  authenticate(key: Key | undefined, nowMs: number): Fault | undefined {
    return this.#signed.authenticate(key, nowMs)
  }

  /** Two equal requests are two data keys. */
  repeatKey(): undefined {
    return undefined
  }

  decode(): Elements | Fault {
    const message = this.#signed.message()
    const wish = isFault(message) ? message : readWish(message)
    if (isFault(wish)) return scrubbed(wish)
    this.#wish = wish
    return {}
  }

  async immediate(vault: Vault, key: Key, names: CallNames): Promise<string | Fault> {
    const wish = this.#wish!
    const accountId = key.account.id
    const master = vault.keys(accountId, 'kms').find(({ id }) => id === wish.keyId)
    if (master === undefined) return refusal('ResourceUnavailable.CmkNotFound', 'KeyId')
    const dataKey = randomBytes(wish.bytes)
    const { recipient } = wish
    const told = recipient && (await encryptFor(recipient.pem, recipient.algorithm, dataKey))
    if (recipient && !told) return refusal('FailedOperation.EncryptionError', 'EncryptionPublicKey')
    const Response = {
      KeyId: wish.keyId,
      Plaintext: (told ?? dataKey).toString('base64'),
      CiphertextBlob: wrapDataKey(master, { accountId, context: wish.context }, dataKey),
      RequestId: names.requestId,
    }
    return JSON.stringify({ Response })
  }
}

function readWish({ tree, integer }: Message): Wish | Fault {
  const texts: { [N in TextName]?: string } = {}
  for (const [name, value] of tree) {
    if (value === null || name === 'NumberOfBytes') continue
    if (HOSTED.includes(name)) return refusal('UnsupportedOperation', name)
    const known = TEXTS.find((text) => text === name)
    if (known === undefined) return { fault: 'parameter_unknown', field: name }
    const text = checkText(value, name)
    if (isFault(text)) return text
    texts[known] = text
  }
  const { KeyId: keyId, EncryptionContext: context = '' } = texts
  if (keyId === undefined) return { fault: 'parameter_missing', field: 'KeyId' }
  if (!KEY_ID.test(keyId)) return refusal('InvalidParameterValue.InvalidKeyId', 'KeyId')
  const number = tree.get('NumberOfBytes') ?? undefined
  const wished = number === undefined ? undefined : integer(number)
  if (number !== undefined && wished === undefined) return wrongType('NumberOfBytes')
  const bytes = bytesOf(wished, texts.KeySpec)
  if (isFault(bytes)) return bytes
  if (context !== '' && !isContext(context)) return invalid('EncryptionContext')
  const recipient = recipientOf(texts)
  if (isFault(recipient)) return recipient
  return { keyId, bytes, context, ...(recipient && { recipient }) }
}

/** The number wins over the specification; one of the two is required. */
function bytesOf(number: number | undefined, spec: string | undefined): number | Fault {
  if (number !== undefined) {
    return number >= 1 && number <= DATA_KEY_BYTES_MAX ? number : invalid('NumberOfBytes')
  }
  if (spec === undefined) return { fault: 'parameter_missing', field: 'KeySpec' }
  return Object.hasOwn(SPEC_BYTES, spec) ? SPEC_BYTES[spec]! : invalid('KeySpec')
}

/** A JSON object, bound to the blob as the text it came as. */
function isContext(text: string): boolean {
  if (text.length > CONTEXT_CHARS_MAX) return false
  try {
    const context: unknown = JSON.parse(text)
    return typeof context === 'object' && context !== null && !Array.isArray(context)
  } catch {
    return false
  }
}

function recipientOf(texts: { [N in TextName]?: string }): Wish['recipient'] | Fault {
  const { EncryptionPublicKey: pem, EncryptionAlgorithm: name = 'SM2' } = texts
  if (pem === undefined) return undefined
  const algorithm = PUBLIC_KEY_ALGORITHMS.find((known) => known === name)
  if (algorithm === undefined) return invalid('EncryptionAlgorithm')
  return isPublicKey(pem, algorithm) ? { pem, algorithm } : invalid('EncryptionPublicKey')
}

function invalid(field: string): Fault {
  return { fault: 'parameter_value_invalid', field }
}

/** A code that only this service has. */
function refusal(code: string, field: string): Fault {
  return { fault: 'parameter_value_invalid', field, specimen: code }
}
