/** Data keys encrypted for a public key that the caller sent (`EncryptionPublicKey` of KMS). */
import { constants, createPublicKey, type KeyObject, publicEncrypt } from 'node:crypto'
import { encryptSm2, isSm2PublicKey } from './sm-crypto.ts'

const { RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING } = constants
const RSA_PADDINGS = {
  RSAES_PKCS1_V1_5: { padding: RSA_PKCS1_PADDING },
  RSAES_OAEP_SHA_1: { padding: RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
  RSAES_OAEP_SHA_256: { padding: RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
} as const

export const PUBLIC_KEY_ALGORITHMS = [
  'SM2',
  'SM2_C1C3C2_ASN1',
  'RSAES_PKCS1_V1_5',
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
] as const

export type PublicKeyAlgorithm = (typeof PUBLIC_KEY_ALGORITHMS)[number]

const PEM = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/
/** DER of the object identifier rsaEncryption: other kinds of key are never given to the parser. */
const RSA_OID = Buffer.from('06092a864886f70d010101', 'hex')
const RSA_BITS = 2048

/** Whether a text is a public key that an algorithm can use. */
export function isPublicKey(pem: string, algorithm: PublicKeyAlgorithm): boolean {
  return algorithm in RSA_PADDINGS ? rsaKey(pem) !== undefined : isSm2PublicKey(pem)
}

/** The data key encrypted, or undefined where it is too long or the key is none of its curve. */
export async function encryptFor(
  pem: string,
  algorithm: PublicKeyAlgorithm,
  dataKey: Buffer,
): Promise<Buffer | undefined> {
  try {
    if (algorithm === 'SM2') return await encryptSm2(pem, dataKey)
    if (algorithm === 'SM2_C1C3C2_ASN1') return await encryptSm2(pem, dataKey, 'asn1')
    return publicEncrypt({ key: rsaKey(pem)!, ...RSA_PADDINGS[algorithm] }, dataKey)
  } catch {
    return undefined
  }
}

function rsaKey(pem: string): KeyObject | undefined {
  const der = Buffer.from(PEM.exec(pem)?.[1] ?? '', 'base64')
  if (!der.includes(RSA_OID)) return undefined
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.modulusLength === RSA_BITS ? key : undefined
  } catch {
    return undefined
  }
}
