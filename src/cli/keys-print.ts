/** Shows a new key with its secrets, which is done once. */
import type { KeyMaterial, KeySummary } from '../accounts/store.ts'
import { isBearer } from '../domain/key.ts'
import type { Context } from './context.ts'
import { beijingTime } from './options.ts'

/** As the vendor calls it. */
export const CIPHER_SECRET = 'secretKey'
const TOKEN = 'Token'

/** Prints what a caller needs to be told. */
export function printNewKey(context: Context, key: KeySummary, material: KeyMaterial): void {
  const texts = context.locale.keys
  const names = texts.names[material.kind]
  context.out(texts.created(key.id))
  context.out(`  ${names[0]}  ${material.credential}`)
  if (!isBearer(material.kind)) context.out(`  ${names[1]}  ${material.secret}`)
  if (material.cipherSecret) context.out(`  ${CIPHER_SECRET}  ${material.cipherSecret}`)
  if (material.token) context.out(`  ${TOKEN}  ${material.token}`)
  if (key.expiresAtMs) context.out(texts.temporaryUntil(beijingTime(key.expiresAtMs)))
}
