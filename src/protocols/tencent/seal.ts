/**
 * Encrypts elements for a public key of the vendor's (page 1007/47180): AES-256-CBC under a data key
 * of one request, which RSA wraps. What `encryption.ts` opens, the other way round.
 */
import { constants, createCipheriv, publicEncrypt } from 'node:crypto'

const DATA_KEY_BYTES = 32
const IV_BYTES = 16

/** Parameters of a request of which every one named is encrypted, and how. */
export interface SealedParameters {
  readonly parameters: Readonly<Record<string, string>>
  readonly encryption: {
    readonly EncryptList: readonly string[]
    readonly CiphertextBlob: string
    readonly Iv: string
    readonly Algorithm: 'AES-256-CBC'
    readonly TagList: readonly string[]
  }
}

/** Encrypts all parameters. `publicKey` is base64 of a PEM, as the vendor hands it out. */
export function sealParameters(
  parameters: Readonly<Record<string, string>>,
  publicKey: string,
  random: (bytes: number) => Buffer,
): SealedParameters {
  const dataKey = random(DATA_KEY_BYTES)
  const iv = random(IV_BYTES)
  const pem = Buffer.from(publicKey, 'base64').toString('latin1')
  const wrapped = publicEncrypt({ key: pem, padding: constants.RSA_PKCS1_PADDING }, dataKey)
  const sealed = Object.entries(parameters).map(([name, value]) => {
    const cipher = createCipheriv('aes-256-cbc', dataKey, iv)
    return [name, cipher.update(value, 'utf8', 'base64') + cipher.final('base64')]
  })
  return {
    parameters: Object.fromEntries(sealed),
    encryption: {
      EncryptList: Object.keys(parameters),
      CiphertextBlob: wrapped.toString('base64'),
      Iv: iv.toString('base64'),
      Algorithm: 'AES-256-CBC',
      TagList: [],
    },
  }
}
