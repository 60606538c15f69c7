/**
 * Data keys wrapped under a master key of an account (`CiphertextBlob` of GenerateDataKey, KMS
 * 2019-01-18). A blob describes itself and nothing is stored for it: version, id of the master key,
 * and the data key under AES-256-GCM (NIST SP 800-38D) bound to version, id, account and context.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { DecryptKey } from '../../domain/decrypt-key.ts'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const VERSION = 'kayan1'
/** Hyphens are not in base64, so that no wrapped key of another kind can look like this. */
const FORM = /^kayan1-k-([0-9a-f-]{36})-k-([A-Za-z0-9+/]+={0,2})$/

/** Whom a data key is for, and what its holder must say again to have it opened. */
export interface DataKeyBinding {
  readonly accountId: string
  readonly context: string
}

/** The blob of a data key. */
export function wrapDataKey(master: DecryptKey, binding: DataKeyBinding, dataKey: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, keyOf(master), nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(boundTo(master, binding))
  const wrapped = Buffer.concat([
    nonce,
    cipher.update(dataKey),
    cipher.final(),
    cipher.getAuthTag(),
  ])
  return `${VERSION}-k-${master.id}-k-${wrapped.toString('base64')}`
}

/** Whether a text has the form of a blob; what it holds is another matter. */
export function isDataKeyBlob(text: string): boolean {
  return FORM.test(text)
}

/** The data key of a blob; undefined unless it was wrapped under this key for this binding. */
export function unwrapDataKey(
  master: DecryptKey,
  binding: DataKeyBinding,
  blob: string,
): Buffer | undefined {
  const [, id, text = ''] = FORM.exec(blob) ?? []
  const bytes = Buffer.from(text, 'base64')
  if (id !== master.id || bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined
  const nonce = bytes.subarray(0, NONCE_BYTES)
  const decipher = createDecipheriv(CIPHER, keyOf(master), nonce, { authTagLength: TAG_BYTES })
  decipher.setAAD(boundTo(master, binding))
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  const dataKey = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return dataKey
}

function keyOf(master: DecryptKey): Buffer {
  return Buffer.from(master.privateKey.reveal(), 'base64')
}

function boundTo(master: DecryptKey, { accountId, context }: DataKeyBinding): Buffer {
  return Buffer.from(JSON.stringify([VERSION, master.id, accountId, context]))
}
