/**
 * A second TC3-HMAC-SHA256 and v1 signer, written from the public signature documents (api/213/30654)
 * and sharing no code with the server, so that both must agree on the documents.
 */
import { createHash, createHmac } from 'node:crypto'

export interface TencentKey {
  readonly secretId: string
  readonly secretKey: string
}

export const SANDBOX_TENCENT_KEY: TencentKey = {
  secretId: 'AKIDKayanSandboxEXAMPLE',
  secretKey: 'KayanSandboxSecretKeyEXAMPLE',
}

/** Headers of a signed JSON POST. */
export function tc3Headers(
  key: TencentKey,
  host: string,
  body: string | Buffer,
  timestampS: number,
  action = 'BankCard4EVerification',
  contentType = 'application/json',
): Record<string, string> {
  const date = new Date(timestampS * 1000).toISOString().slice(0, 10)
  const scope = `${date}/faceid/tc3_request`
  const canonical = [
    'POST',
    '/',
    '',
    `content-type:${contentType}\nhost:${host}\n`,
    'content-type;host',
    sha256(body),
  ].join('\n')
  const toSign = ['TC3-HMAC-SHA256', timestampS, scope, sha256(canonical)].join('\n')
  const signing = hmac(hmac(hmac(`TC3${key.secretKey}`, date), 'faceid'), 'tc3_request')
  return {
    Host: host,
    'Content-Type': contentType,
    'X-TC-Action': action,
    'X-TC-Version': '2018-03-01',
    'X-TC-Timestamp': String(timestampS),
    Authorization: `TC3-HMAC-SHA256 Credential=${key.secretId}/${scope}, SignedHeaders=content-type;host, Signature=${hmac(signing, toSign).toString('hex')}`,
  }
}

/** Query of a v1 GET (HmacSHA256) to `host/`. */
export function v1Query(
  key: TencentKey,
  host: string,
  parameters: Record<string, string>,
  timestampS: number,
  nonce: number,
): string {
  const all: Record<string, string> = {
    Action: 'BankCard4EVerification',
    Version: '2018-03-01',
    Timestamp: String(timestampS),
    Nonce: String(nonce),
    SecretId: key.secretId,
    SignatureMethod: 'HmacSHA256',
    ...parameters,
  }
  const plain = Object.keys(all)
    .sort()
    .map((name) => `${name}=${all[name]}`)
    .join('&')
  const signature = createHmac('sha256', key.secretKey).update(`GET${host}/?${plain}`)
  return new URLSearchParams({ ...all, Signature: signature.digest('base64') }).toString()
}

function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
