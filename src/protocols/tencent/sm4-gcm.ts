/** SM4-GCM by `node:crypto`, or by the library where this Node has none (24): the same bytes from both. */
import { type CipherGCMTypes, createCipheriv, createDecipheriv, getCiphers } from 'node:crypto'
import { openSm4Gcm, sealSm4Gcm } from './sm-crypto.ts'

/** The types of Node do not know it yet. */
const SM4_GCM = 'sm4-gcm' as CipherGCMTypes
const TAG_BYTES = 16

/** A ciphertext with its IV of 12 bytes and its tag of 16. */
export interface Tagged {
  readonly iv: Buffer
  readonly bytes: Buffer
  readonly tag: Buffer
}

/** The clear bytes; undefined when the tag is not their tag. */
export type OpenTagged = (key: Buffer, tagged: Tagged) => Promise<Buffer | undefined>

/** Seals bytes under a key and an IV of 12 bytes. */
export type SealTagged = (key: Buffer, iv: Buffer, clear: Buffer) => Promise<Omit<Tagged, 'iv'>>

let native: boolean | undefined

function isNative(): boolean {
  native ??= getCiphers().includes(SM4_GCM)
  return native
}

/** Opens by whichever this Node has. */
export const openTagged: OpenTagged = (key, tagged) => {
  return isNative() ? openNatively(key, tagged) : openByLibrary(key, tagged)
}

/** Seals by whichever this Node has. */
export const sealTagged: SealTagged = (key, iv, clear) => {
  return isNative() ? sealNatively(key, iv, clear) : sealByLibrary(key, iv, clear)
}

export const sealByLibrary: SealTagged = (key, iv, clear) => sealSm4Gcm(key, iv, clear)

export const sealNatively: SealTagged = async (key, iv, clear) => {
  const cipher = createCipheriv(SM4_GCM, key, iv, { authTagLength: TAG_BYTES })
  const bytes = Buffer.concat([cipher.update(clear), cipher.final()])
  return { bytes, tag: cipher.getAuthTag() }
}

export const openByLibrary: OpenTagged = (key, tagged) => openSm4Gcm(key, tagged)

export const openNatively: OpenTagged = async (key, { iv, bytes, tag }) => {
  const decipher = createDecipheriv(SM4_GCM, key, iv, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(tag)
  const clear = decipher.update(bytes)
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return clear
}
