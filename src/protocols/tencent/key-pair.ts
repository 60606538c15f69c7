/**
 * Keys for the field encryption, made in the forms that clients and we read: the public part as the
 * official encryption clients take it (`init(base64Pem, algorithm)`), base64 of a PEM text.
 */
import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import type { DecryptAlgorithm } from '../../domain/decrypt-key.ts'
import { generateSm2 } from './sm-crypto.ts'

const RSA_BITS = 2048
const MASTER_KEY_BYTES = 32
const ID_BYTES = 8

/** A key with its public part as it is handed out. */
export interface KeyPair {
  readonly id: string
  readonly algorithm: DecryptAlgorithm
  /** Base64 of PEM; of a master key its id, which clients send as `KeyId`. */
  readonly publicKey: string
  /** PKCS#8 PEM; of a master key base64. */
  readonly privateKey: string
}

/** A new key of an algorithm. */
export async function generateKeyPair(algorithm: DecryptAlgorithm): Promise<KeyPair> {
  if (algorithm === 'kms') {
    const id = randomUUID()
    const privateKey = randomBytes(MASTER_KEY_BYTES).toString('base64')
    return { id, algorithm, publicKey: id, privateKey }
  }
  const pair = algorithm === 'rsa' ? generateRsa() : await generateSm2()
  const publicKey = Buffer.from(pair.publicKey).toString('base64')
  return { id: `dec_${randomBytes(ID_BYTES).toString('hex')}`, algorithm, ...pair, publicKey }
}

/** The public part is PKCS#1 (`RSA PUBLIC KEY`), not SPKI. */
function generateRsa(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}
