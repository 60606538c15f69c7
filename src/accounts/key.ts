/**
 * The forms of the keys accounts call with: making new ones, and judging imported ones.
 *
 * Generated values have the vendors' own forms (Tencent API credentials; Aliyun API Gateway
 * AppKey, AppSecret and AppCode; the 32 hexadecimal digits of a direct key), so that clients which check the form accept them.
 */
import { randomInt } from 'node:crypto'
import { isBearer, type KeyKind } from '../domain/key.ts'
import type { KeyMaterial } from './store.ts'

const LOWER_HEX = '0123456789abcdef'
const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
const ID_LENGTH = 16
const TOKEN_LENGTH = 64

/** Visible ASCII without comma and slash, which separate the parts of a signed header. */
const CREDENTIAL = /^[!-+\-.0-~]{1,128}$/
/** One AES-128 key, as its bytes are written by the vendor's clients. */
const CIPHER_SECRET = /^[!-~]{16}$/
const BEARER = /^[A-Za-z0-9_-]{16,64}$/

/** A new id such as `key_0f3k…`. */
export function newId(prefix: 'acc' | 'key' | 'ord' | 'alr' | 'inv' | 'ttl' | 'usr'): string {
  return `${prefix}_${randomText(ID_ALPHABET, ID_LENGTH)}`
}

/** A new key of a kind. */
export function generateKey(kind: KeyKind): KeyMaterial {
  switch (kind) {
    case 'tencent':
      return {
        kind,
        credential: `AKID${randomText(ALPHANUMERIC, 32)}`,
        secret: randomText(ALPHANUMERIC, 32),
      }
    case 'appkey':
      // Nine digits as the vendor's; never a leading zero, which spreadsheets drop.
      return {
        kind,
        credential: String(randomInt(100_000_000, 1_000_000_000)),
        secret: randomText(LOWER_HEX, 32),
      }
    case 'appcode':
    case 'direct': {
      const code = randomText(LOWER_HEX, 32)
      return { kind, credential: code, secret: code }
    }
  }
}

/** A new secret under which the callers of a direct key encrypt. */
export function generateCipherSecret(): string {
  return randomText(ALPHANUMERIC, 16)
}

/** A new session token of a temporary key. */
export function generateToken(): string {
  return randomText(ALPHANUMERIC, TOKEN_LENGTH)
}

/** The part of an imported key that has an impossible form, or undefined when all parts are fine. */
export function malformedPart(
  material: KeyMaterial,
): 'credential' | 'secret' | 'cipherSecret' | undefined {
  const { cipherSecret } = material
  if (cipherSecret !== undefined && !CIPHER_SECRET.test(cipherSecret)) return 'cipherSecret'
  if (isBearer(material.kind)) {
    return BEARER.test(material.credential) ? undefined : 'credential'
  }
  if (!CREDENTIAL.test(material.credential)) return 'credential'
  return CREDENTIAL.test(material.secret) ? undefined : 'secret'
}

function randomText(alphabet: string, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += alphabet[randomInt(alphabet.length)]
  return text
}
