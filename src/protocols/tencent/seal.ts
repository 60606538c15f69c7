/**
 * Encrypts elements for a public key of the vendor's (page 1007/47180): fields under a data key of one
 * request, which the public key wraps. What `encryption.ts` opens, the other way round. All chance
 * comes from the caller, so that equal chance makes equal bytes.
 */
import {
  constants,
  createCipheriv,
  createPublicKey,
  type KeyObject,
  publicEncrypt,
} from 'node:crypto'
import { isSm2PublicKey, wrapSm2 } from './sm-crypto.ts'
import { sealTagged } from './sm4-gcm.ts'
import { SUITES, type SuiteName } from './suites.ts'

const CBC_IV_BYTES = 16
const GCM_IV_BYTES = 12
/** Least of filling in a block of PKCS#1 (RFC 8017, 7.2.1), and what else the block has of its own. */
const FILLING_BYTES_MIN = 8
const FRAME_BYTES = 3

type Random = (bytes: number) => Buffer

/** Parameters of a request of which every one named is encrypted, and how. */
export interface SealedParameters {
  readonly parameters: Readonly<Record<string, string>>
  readonly encryption: {
    readonly EncryptList: readonly string[]
    readonly CiphertextBlob: string
    readonly Iv: string
    readonly Algorithm: SuiteName
    readonly TagList: readonly string[]
  }
}

/** Fields under one data key, with the data key wrapped. */
interface SealedFields {
  readonly blob: Buffer
  readonly iv: Buffer
  readonly fields: readonly Buffer[]
  readonly tags: readonly Buffer[]
}

/** What a public key can be used with; base64 of a PEM, as the vendor hands it out. */
export function suiteOfKey(publicKey: string): SuiteName | undefined {
  const pem = pemOf(publicKey)
  if (isSm2PublicKey(pem)) return 'SM4-GCM'
  return rsaKeyOf(pem) === undefined ? undefined : 'AES-256-CBC'
}

/**
 * Encrypts all parameters for a public key of either suite; throws where the key is of none. All
 * fields share one IV, as the structure has room for no more.
 */
export async function sealParameters(
  parameters: Readonly<Record<string, string>>,
  publicKey: string,
  random: Random,
): Promise<SealedParameters> {
  const suite = suiteOfKey(publicKey)
  if (suite === undefined) throw new Error('not a public key of a suite')
  const names = Object.keys(parameters)
  const clear = names.map((name) => Buffer.from(parameters[name]!))
  const seal = suite === 'SM4-GCM' ? sealGcm : sealCbc
  const sealed = await seal(clear, pemOf(publicKey), random)
  const base64 = (bytes: Buffer) => bytes.toString('base64')
  return {
    parameters: Object.fromEntries(names.map((name, i) => [name, base64(sealed.fields[i]!)])),
    encryption: {
      EncryptList: names,
      CiphertextBlob: base64(sealed.blob),
      Iv: base64(sealed.iv),
      Algorithm: suite,
      TagList: sealed.tags.map(base64),
    },
  }
}

async function sealCbc(
  clear: readonly Buffer[],
  pem: string,
  random: Random,
): Promise<SealedFields> {
  const dataKey = random(SUITES['AES-256-CBC'].keyBytes)
  const iv = random(CBC_IV_BYTES)
  const fields = clear.map((field) => {
    const cipher = createCipheriv('aes-256-cbc', dataKey, iv)
    return Buffer.concat([cipher.update(field), cipher.final()])
  })
  return { blob: wrapRsa(rsaKeyOf(pem)!, dataKey, random), iv, fields, tags: [] }
}

async function sealGcm(
  clear: readonly Buffer[],
  pem: string,
  random: Random,
): Promise<SealedFields> {
  const dataKey = random(SUITES['SM4-GCM'].keyBytes)
  const iv = random(GCM_IV_BYTES)
  const sealed = await Promise.all(clear.map((field) => sealTagged(dataKey, iv, field)))
  return {
    blob: await wrapSm2(pem, dataKey, random),
    iv,
    fields: sealed.map(({ bytes }) => bytes),
    tags: sealed.map(({ tag }) => tag),
  }
}

/** PKCS#1 v1.5 with the caller's chance as filling, which OpenSSL would take from its own. */
function wrapRsa(key: KeyObject, dataKey: Buffer, random: Random): Buffer {
  const length = modulusBytes(key) - FRAME_BYTES - dataKey.length
  const filling = nonZero(length, random)
  const block = Buffer.concat([Buffer.of(0, 2), filling, Buffer.of(0), dataKey])
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block)
}

/** Bytes none of which is zero. */
function nonZero(length: number, random: Random): Buffer {
  let bytes = Buffer.alloc(0)
  while (bytes.length < length) {
    bytes = Buffer.concat([bytes, random(length).filter((byte) => byte !== 0)])
  }
  return bytes.subarray(0, length)
}

/** An RSA key that is long enough for a data key. */
function rsaKeyOf(pem: string): KeyObject | undefined {
  try {
    const key = createPublicKey(pem)
    const bytesMin = FRAME_BYTES + FILLING_BYTES_MIN + SUITES['AES-256-CBC'].keyBytes
    if (key.asymmetricKeyType !== 'rsa' || modulusBytes(key) < bytesMin) return undefined
    return key
  } catch {
    return undefined
  }
}

function modulusBytes(key: KeyObject): number {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8
}

function pemOf(publicKey: string): string {
  return Buffer.from(publicKey, 'base64').toString('latin1')
}
