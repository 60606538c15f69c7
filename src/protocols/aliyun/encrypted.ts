/**
 * The encrypted mode of the direct face (the vendor's document of August 2018, chapter 4, and its Java
 * library 3.5.0): elements and time are ciphertexts under a secret of the key, with an MD5 over them.
 *
 * The mode is offered only because clients of that host speak it: neither of its two ciphers protects
 * what it hides from being changed, and the MD5 has no key. It belongs inside TLS like all the rest.
 */
import { isUtf8 } from 'node:buffer'
import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import type { Fault } from '../../domain/fault.ts'
import { equalCodes } from './appcode.ts'
import type { Pair } from './text.ts'

const SIGN = 'sign'
const TIMESTAMP = 'timestamp'
/** Names that the MD5 leaves out. */
const UNSIGNED: ReadonlySet<string> = new Set(['key', SIGN])

const WINDOW_MS = 15 * 60_000
const BLOCK_BYTES = 16
const MILLISECONDS = /^\d{13}$/
const MD5_BASE64 = /^[A-Za-z0-9+/]{22}==$/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** One of the two ciphers in use; a call is answered in the one that it speaks. */
export interface DirectCipher {
  /** Base64 of the ciphertext. */
  encrypt(text: string, secret: string): string
  /** The text of whole blocks, or undefined when it is none under this secret. */
  decrypt(blocks: Buffer, secret: string): string | undefined
}

/** AES-128-ECB with PKCS#7 padding: the example that the document prints. */
const PRINTED: DirectCipher = {
  encrypt(text, secret) {
    const cipher = createCipheriv('aes-128-ecb', secret, null)
    return cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
  },
  decrypt(blocks, secret) {
    const decipher = createDecipheriv('aes-128-ecb', secret, null)
    try {
      return textOf(Buffer.concat([decipher.update(blocks), decipher.final()]))
    } catch {
      return undefined
    }
  },
}

/** AES-128-CBC, the secret as key and as first block, padded with zeros: the Java library. */
const LIBRARY: DirectCipher = {
  encrypt(text, secret) {
    const bytes = Buffer.from(text)
    const padded = Buffer.alloc(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES)
    bytes.copy(padded)
    const cipher = createCipheriv('aes-128-cbc', secret, secret).setAutoPadding(false)
    return cipher.update(padded, undefined, 'base64') + cipher.final('base64')
  },
  decrypt(blocks, secret) {
    const decipher = createDecipheriv('aes-128-cbc', secret, secret).setAutoPadding(false)
    const bytes = Buffer.concat([decipher.update(blocks), decipher.final()])
    let end = bytes.length
    while (end > 0 && bytes[end - 1] === 0) end--
    return textOf(bytes.subarray(0, end))
  },
}

/** Whether a call is meant to be encrypted: `sign` or `timestamp` is there. */
export function looksEncrypted(parameters: readonly Pair[]): boolean {
  return parameters.some(({ name }) => name === SIGN || name === TIMESTAMP)
}

/** The cipher of a call whose MD5 and time hold, or why it is refused. */
export function openEnvelope(
  parameters: readonly Pair[],
  secret: string,
  nowMs: number,
): DirectCipher | Fault {
  const sign = textUnder(parameters, SIGN)
  if (!MD5_BASE64.test(sign)) return { fault: 'signature_missing', field: SIGN }
  if (!equalCodes(sign, md5Of(parameters))) return { fault: 'signature_mismatch' }
  const timestamp = textUnder(parameters, TIMESTAMP)
  if (timestamp === '') return { fault: 'header_missing', field: TIMESTAMP }
  const blocks = blocksOf(timestamp)
  if (blocks === undefined) return { fault: 'header_invalid', field: TIMESTAMP }
  for (const cipher of [PRINTED, LIBRARY]) {
    const time = cipher.decrypt(blocks, secret) ?? ''
    if (!MILLISECONDS.test(time)) continue
    return Math.abs(nowMs - Number(time)) > WINDOW_MS ? { fault: 'signature_expired' } : cipher
  }
  return { fault: 'decrypt_failed' }
}

/** The parameters with those of these names in clear; the rest as they came. */
export function decryptParameters(
  parameters: readonly Pair[],
  names: ReadonlyMap<string, unknown>,
  cipher: DirectCipher,
  secret: string,
): readonly Pair[] | Fault {
  const clear: Pair[] = []
  for (const pair of parameters) {
    if (!names.has(pair.name)) {
      clear.push(pair)
      continue
    }
    const blocks = blocksOf(pair.value ?? '')
    const value = blocks && cipher.decrypt(blocks, secret)
    if (value === undefined) return { fault: 'decrypt_failed', field: pair.name }
    clear.push({ name: pair.name, value })
  }
  return clear
}

/** Base64 of the MD5 over all other pairs as they came, in the order of their names. */
function md5Of(parameters: readonly Pair[]): string {
  const signed = parameters.filter(({ name }) => !UNSIGNED.has(name))
  const sorted = signed.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const text = sorted.map(({ name, value }) => `${name}=${value ?? ''}`).join('&')
  return hash('md5', text, 'base64')
}

function textUnder(parameters: readonly Pair[], name: string): string {
  return parameters.find((pair) => pair.name === name)?.value?.trim() ?? ''
}

/** The bytes of a ciphertext in base64; the Java library breaks its lines after 76 characters. */
function blocksOf(value: string): Buffer | undefined {
  const base64 = value.replace(/\s/g, '')
  if (!BASE64.test(base64)) return undefined
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length > 0 && bytes.length % BLOCK_BYTES === 0 ? bytes : undefined
}

function textOf(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
