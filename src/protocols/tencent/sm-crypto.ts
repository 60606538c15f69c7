/**
 * SM2 public-key encryption (GB/T 32918.4) in the order C1‖C3‖C2, and SM4-GCM where `node:crypto` has
 * none (before Node 26). The only file that knows the library, which is loaded at the first need:
 * `node:crypto` cannot decrypt SM2 at all.
 */
import { hash } from 'node:crypto'

/** An uncompressed point begins so. */
const UNCOMPRESSED = 0x04
const POINT_BYTES = 65
const SCALAR_BYTES = 32
/** Of the curve's group. */
const ORDER = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'
/** C1, C3 and an SM4 key, as every client wraps it. */
const MESSAGE_BYTES = POINT_BYTES + 32 + 16
/** The library's number for C1‖C3‖C2. */
const C1C3C2 = 1

/** SEC 1 private key of 32 bytes inside PKCS#8, and the point that follows it. */
const SCALAR_IN_DER = /0201010420([0-9a-f]{64})/
const PKCS8_HEAD = '308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420'
const PKCS8_POINT = 'a144034200'
const SPKI_HEAD = '3059301306072a8648ce3d020106082a811ccf5501822d034200'

/**
 * The wrapped SM4 key of a message; undefined for every message that was not encrypted for this
 * private key. A point without its leading byte is accepted, and told by the length alone.
 */
export async function decryptSm2(pkcs8Pem: string, message: Buffer): Promise<Buffer | undefined> {
  const { sm2 } = await import('sm-crypto-v2')
  const whole = message.length === MESSAGE_BYTES && message[0] === UNCOMPRESSED
  if (!whole && message.length !== MESSAGE_BYTES - 1) return undefined
  const point = whole ? message.subarray(1) : message
  try {
    const clear = sm2.doDecrypt(point.toString('hex'), scalarOf(pkcs8Pem), C1C3C2, {
      output: 'array',
    })
    return clear.length === 0 ? undefined : Buffer.from(clear)
  } catch {
    return undefined
  }
}

/** Whether a text is a public key on the curve's SPKI form; the point itself is not looked at. */
export function isSm2PublicKey(spkiPem: string): boolean {
  const hex = derOf(spkiPem).toString('hex')
  return hex.startsWith(SPKI_HEAD) && hex.length === SPKI_HEAD.length + 2 * POINT_BYTES
}

/** A key wrapped for a public key, plainly or as ASN.1; throws when the point is not on the curve. */
export async function encryptSm2(
  spkiPem: string,
  message: Buffer,
  form: 'plain' | 'asn1' = 'plain',
): Promise<Buffer> {
  const { sm2 } = await import('sm-crypto-v2')
  const point = derOf(spkiPem).subarray(-POINT_BYTES).toString('hex')
  const asn1 = form === 'asn1'
  const body = Buffer.from(sm2.doEncrypt(message, point, C1C3C2, { asn1 }), 'hex')
  return asn1 ? body : Buffer.concat([Buffer.of(UNCOMPRESSED), body])
}

/**
 * The same with the ephemeral key of the caller's choice, so that equal chance makes equal bytes:
 * C1 = k·G, and of k·P come mask and check.
 */
export async function wrapSm2(
  spkiPem: string,
  message: Buffer,
  random: (bytes: number) => Buffer,
): Promise<Buffer> {
  const { sm2, kdf } = await import('sm-crypto-v2')
  const scalar = scalarBelowOrder(random)
  const point = derOf(spkiPem).subarray(-POINT_BYTES).toString('hex')
  const shared = Buffer.from(sm2.ecdh(scalar, point, false)).subarray(1)
  const mask = kdf(shared, message.length)
  const [x, y] = [shared.subarray(0, SCALAR_BYTES), shared.subarray(SCALAR_BYTES)]
  return Buffer.concat([
    Buffer.from(sm2.getPublicKeyFromPrivateKey(scalar), 'hex'),
    hash('sm3', Buffer.concat([x, message, y]), 'buffer'),
    message.map((byte, i) => byte ^ mask[i]!),
  ])
}

/** What SM4-GCM sealed; undefined when the tag is not its tag. */
export async function openSm4Gcm(
  key: Buffer,
  sealed: { readonly iv: Buffer; readonly bytes: Buffer; readonly tag: Buffer },
): Promise<Buffer | undefined> {
  const { sm4 } = await import('sm-crypto-v2')
  const { iv, bytes, tag } = sealed
  try {
    const clear: unknown = sm4.decrypt(bytes, key, { mode: 'gcm', output: 'array', iv, tag })
    return clear instanceof Uint8Array ? Buffer.from(clear) : undefined
  } catch {
    return undefined
  }
}

/** Bytes under SM4-GCM, and their tag. */
export async function sealSm4Gcm(
  key: Buffer,
  iv: Buffer,
  clear: Buffer,
): Promise<{ bytes: Buffer; tag: Buffer }> {
  const { sm4 } = await import('sm-crypto-v2')
  const { output, tag } = sm4.encrypt(clear, key, {
    mode: 'gcm',
    output: 'array',
    iv,
    outputTag: true,
  })
  return { bytes: Buffer.from(output), tag: Buffer.from(tag!) }
}

/** A new key pair in PEM: PKCS#8 and SPKI. */
export async function generateSm2(): Promise<{ publicKey: string; privateKey: string }> {
  const { sm2 } = await import('sm-crypto-v2')
  const { privateKey, publicKey } = sm2.generateKeyPairHex()
  const scalar = privateKey.padStart(64, '0')
  return {
    privateKey: pemOf('PRIVATE KEY', PKCS8_HEAD + scalar + PKCS8_POINT + publicKey),
    publicKey: pemOf('PUBLIC KEY', SPKI_HEAD + publicKey),
  }
}

/** An ephemeral key in hexadecimal: chance that is no scalar of the curve is drawn again. */
function scalarBelowOrder(random: (bytes: number) => Buffer): string {
  for (;;) {
    const hex = random(SCALAR_BYTES).toString('hex')
    if (hex < ORDER && /[^0]/.test(hex)) return hex
  }
}

function scalarOf(pkcs8Pem: string): string {
  const scalar = SCALAR_IN_DER.exec(derOf(pkcs8Pem).toString('hex'))?.[1]
  if (scalar === undefined) throw new Error('not an SM2 private key')
  return scalar
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')
}

function pemOf(label: string, hex: string): string {
  const lines =
    Buffer.from(hex, 'hex')
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
