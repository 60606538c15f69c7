/**
 * The two cipher suites of the vendor's field encryption (page 1007/47180): RSA PKCS#1 v1.5 with
 * AES-256-CBC, and SM2 with SM4-GCM.
 *
 * Nothing here throws for what a caller sent, and nothing tells why it failed: a data key that cannot
 * be unwrapped is undefined, a field that cannot be opened is undefined, and all fields are always
 * worked through.
 */
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto'
import type { DecryptAlgorithm, DecryptKey } from '../../domain/decrypt-key.ts'
import { decryptSm2 } from './sm-crypto.ts'
import { openTagged } from './sm4-gcm.ts'

const AES_BLOCK_BYTES = 16
const GCM_IV_BYTES = 12
const GCM_TAG_BYTES = 16
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** What was encrypted under one data key, as sent: base64 throughout. */
export interface Sealed {
  readonly iv: string
  readonly fields: readonly string[]
  /** One a field, where the suite has tags. */
  readonly tags: readonly string[]
}

export interface Suite {
  /** Which keys of an account can have wrapped the data key. */
  readonly wrapping: DecryptAlgorithm
  readonly keyBytes: number
  unwrap(key: DecryptKey, blob: Buffer): Promise<Buffer | undefined>
  /** The fields in clear, in their order. */
  open(dataKey: Buffer, sealed: Sealed): Promise<(Buffer | undefined)[]>
}

export const SUITES = {
  'AES-256-CBC': {
    wrapping: 'rsa',
    keyBytes: 32,
    unwrap: (key, blob) => Promise.resolve(unwrapRsa(key, blob)),
    async open(dataKey, { iv, fields }) {
      const ivBytes = cbcIv(iv)
      const opened = fields.map((field) => openCbc(dataKey, ivBytes ?? NO_IV, field))
      return ivBytes === undefined ? fields.map(() => undefined) : opened
    },
  },
  'SM4-GCM': {
    wrapping: 'sm2',
    keyBytes: 16,
    unwrap: (key, blob) => decryptSm2(key.privateKey.reveal(), blob),
    async open(dataKey, { iv, fields, tags }) {
      const ivBytes = sized(iv, GCM_IV_BYTES)
      const opened = await Promise.all(
        fields.map((field, i) => openGcm(dataKey, ivBytes ?? NO_GCM_IV, field, tags[i])),
      )
      return ivBytes === undefined || tags.length !== fields.length
        ? fields.map(() => undefined)
        : opened
    },
  },
} as const satisfies Record<string, Suite>

export type SuiteName = keyof typeof SUITES

/** Whether a text is a suite we speak. */
export function isSuiteName(text: string): text is SuiteName {
  return Object.hasOwn(SUITES, text)
}

/** Bytes of canonical base64; undefined for anything else, the empty text included. */
export function base64Bytes(text: string): Buffer | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

const NO_IV = Buffer.alloc(AES_BLOCK_BYTES)
const NO_GCM_IV = Buffer.alloc(GCM_IV_BYTES)
const NO_BLOCK = Buffer.alloc(AES_BLOCK_BYTES)
const NO_TAG = Buffer.alloc(GCM_TAG_BYTES)

const parsed = new WeakMap<DecryptKey, KeyObject>()

/**
 * Wrong padding gives random bytes here and no error (implicit rejection of OpenSSL); only a blob of
 * another length than the modulus, or above it, throws.
 */
function unwrapRsa(key: DecryptKey, blob: Buffer): Buffer | undefined {
  let privateKey = parsed.get(key)
  if (privateKey === undefined) {
    privateKey = createPrivateKey(key.privateKey.reveal())
    parsed.set(key, privateKey)
  }
  try {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, blob)
  } catch {
    return undefined
  }
}

/** Sixteen bytes in base64, or sixteen characters as they are: both are documented. */
function cbcIv(text: string): Buffer | undefined {
  if (text.length === AES_BLOCK_BYTES) {
    const bytes = Buffer.from(text)
    return bytes.length === AES_BLOCK_BYTES ? bytes : undefined
  }
  return sized(text, AES_BLOCK_BYTES)
}

function sized(text: string, length: number): Buffer | undefined {
  const bytes = base64Bytes(text)
  return bytes?.length === length ? bytes : undefined
}

function openCbc(dataKey: Buffer, iv: Buffer, field: string): Buffer | undefined {
  const bytes = base64Bytes(field)
  const whole = bytes !== undefined && bytes.length % AES_BLOCK_BYTES === 0
  const decipher = createDecipheriv('aes-256-cbc', dataKey, iv).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(whole ? bytes : NO_BLOCK), decipher.final()])
  const length = unpaddedLength(padded)
  return whole && length !== undefined ? padded.subarray(0, length) : undefined
}

/** Length without PKCS#7 padding; the whole last block is looked at whatever it holds. */
function unpaddedLength(padded: Buffer): number | undefined {
  const count = padded[padded.length - 1]!
  let wrong = Number(count < 1) | Number(count > AES_BLOCK_BYTES)
  for (let i = 1; i <= AES_BLOCK_BYTES; i++) {
    wrong |= Number(i <= count) & Number(padded[padded.length - i] !== count)
  }
  return wrong === 0 ? padded.length - count : undefined
}

async function openGcm(
  dataKey: Buffer,
  iv: Buffer,
  field: string,
  tagText: string | undefined,
): Promise<Buffer | undefined> {
  const bytes = base64Bytes(field)
  const tag = sized(tagText ?? '', GCM_TAG_BYTES)
  const clear = await openTagged(dataKey, { iv, bytes: bytes ?? NO_BLOCK, tag: tag ?? NO_TAG })
  return bytes === undefined || tag === undefined ? undefined : clear
}
