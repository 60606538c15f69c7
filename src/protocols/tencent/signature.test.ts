/** Known answers of both signature families, and the keys they are made with. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { tc3Headers } from '../../../test/support/tencent-signer.ts'
import { Secret } from '../../domain/secret.ts'
import { readQuery } from './form.ts'
import { hostForms } from './hosts.ts'
import {
  EMPTY_PAYLOAD,
  parseAuthorization,
  SigningKey,
  SigningKeys,
  UNSIGNED_PAYLOAD,
  v1MethodOf,
  v1SignedText,
  verifyTc3,
  verifyV1,
} from './signature.ts'
import { KNOWN_ANSWERS } from './test-captures.ts'

interface Tc3Answer {
  id: string
  secretKey: string
  timestamp: number
  date: string
  service: string
  method: string
  uri: string
  query?: string
  headers: Record<string, string>
  hashedPayload: string
  stringToSign: string
  signature: string
  authorization: string
}

interface V1Answer {
  id: string
  secretKey: string
  method: string
  host: string
  path: string
  signatureMethod: string | null
  params: Record<string, string>
  stringToSign: string
  signature: string
  wire: string
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The vector as a request whose headers carry the values in the given spelling. */
function signedRequest(answer: Tc3Answer) {
  return {
    authorization: parseAuthorization(answer.authorization)!,
    timestamp: String(answer.timestamp),
    method: answer.method,
    path: answer.uri,
    query: answer.query ?? '',
    contentType: answer.headers['content-type']!,
    host: answer.headers.host!,
    payloadHash: answer.hashedPayload,
    header: (name: string) => answer.headers[name] ?? '',
    otherHosts: () => [],
  }
}

describe.each<Tc3Answer>(KNOWN_ANSWERS.tc3)('TC3 $id', (answer) => {
  const { date, service, secretKey } = answer

  test('signs the string as documented', () => {
    const key = new SigningKey(new Secret(secretKey), date, service)
    expect(key.sign(answer.stringToSign)).toBe(answer.signature)
  })

  test('verifies from its headers alone, and under no other secret', () => {
    const right = new SigningKey(new Secret(secretKey), date, service)
    const wrong = new SigningKey(new Secret(`${secretKey}x`), date, service)
    expect(verifyTc3(signedRequest(answer), right)).toBe(true)
    expect(verifyTc3(signedRequest(answer), wrong)).toBe(false)
  })
})

describe.each<V1Answer>(KNOWN_ANSWERS.v1)('v1 $id', (answer) => {
  const pairs = readQuery(answer.wire) as Map<string, string>
  const request = {
    signatureMethod: v1MethodOf(answer.signatureMethod ?? undefined)!,
    signature: pairs.get('Signature')!.trim(),
    method: answer.method,
    path: answer.path,
    signedText: v1SignedText(pairs),
    hosts: [answer.host],
  }

  test('decodes and sorts its pairs into the documented string', () => {
    const { method, host, path, signedText } = { ...request, host: answer.host }
    expect(`${method}${host}${path}?${signedText}`).toBe(answer.stringToSign)
    expect(Object.fromEntries(pairs)).toMatchObject(answer.params)
  })

  test('verifies under its secret and no other', () => {
    expect(request.signature).toBe(answer.signature)
    expect(verifyV1(request, new Secret(answer.secretKey))).toBe(true)
    expect(verifyV1(request, new Secret('another'))).toBe(false)
  })
})

test('the two fixed payload hashes are those of nothing and of the documented words', () => {
  expect(EMPTY_PAYLOAD).toBe(sha256(''))
  expect(UNSIGNED_PAYLOAD).toBe(sha256('UNSIGNED-PAYLOAD'))
})

test('every form in which clients write one endpoint is among the hosts tried', () => {
  expect(hostForms('http://127.0.0.1:8087')).toContain('127.0.0.1:8087')
  expect(hostForms('127.0.0.1:8087/tencent')).toContain('127.0.0.1')
  expect(hostForms('localhost')).toEqual(['localhost', 'localhost', 'localhost', 'localhost'])
})

test('a host that was signed together with the path of the call verifies, and with no other path', () => {
  const secret = new Secret('KayanSandboxSecretKeyEXAMPLE')
  const headers = tc3Headers(
    { secretId: 'AKIDKayanSandboxEXAMPLE', secretKey: secret.reveal() },
    '127.0.0.1:8087/tencent',
    '{}',
    1_763_700_000,
  )
  const authorization = parseAuthorization(headers.Authorization!)!
  const called = (path: string) => ({
    authorization,
    timestamp: headers['X-TC-Timestamp']!,
    method: 'POST',
    path,
    query: '',
    contentType: headers['Content-Type']!,
    host: '127.0.0.1:8087',
    payloadHash: sha256('{}'),
    header: () => '',
    otherHosts: () => [],
  })
  const { date, service } = authorization
  const key = () => new SigningKey(secret, date, service)
  expect(verifyTc3(called('/tencent'), key())).toBe(true)
  expect(verifyTc3(called('/tencent/'), key())).toBe(true)
  expect(verifyTc3(called('/'), key())).toBe(false)
  expect(verifyTc3(called('/other'), key())).toBe(false)
})

const CREDENTIAL = 'Credential=AKIDx/2026-11-21/127/tc3_request'
const SIGNATURE = `Signature=${'0'.repeat(64)}`

test.each([
  [
    'two spaces after the algorithm',
    `TC3-HMAC-SHA256  ${CREDENTIAL}, SignedHeaders=content-type;host, ${SIGNATURE}`,
    true,
  ],
  [
    'no space after commas',
    `TC3-HMAC-SHA256 ${CREDENTIAL},SignedHeaders=content-type;host,${SIGNATURE}`,
    true,
  ],
  [
    'a port and a slash in the service',
    `TC3-HMAC-SHA256 Credential=A/2026-11-21/a:1/b/tc3_request, SignedHeaders=content-type;host, ${SIGNATURE}`,
    true,
  ],
  [
    'another algorithm',
    `TC3-HMAC-SM3 ${CREDENTIAL}, SignedHeaders=content-type;host, ${SIGNATURE}`,
    false,
  ],
  [
    'no host among the signed headers',
    `TC3-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=content-type, ${SIGNATURE}`,
    false,
  ],
  [
    'a short signature',
    `TC3-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=content-type;host, Signature=00`,
    false,
  ],
  [
    'no SecretId',
    `TC3-HMAC-SHA256 Credential=/2026-11-21/127/tc3_request, SignedHeaders=content-type;host, ${SIGNATURE}`,
    false,
  ],
  [
    'more than twenty signed headers',
    `TC3-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=content-type;host${';a'.repeat(19)}, ${SIGNATURE}`,
    false,
  ],
  [
    'signed headers beyond 1024 characters',
    `TC3-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=content-type;host;${'a'.repeat(1024)}, ${SIGNATURE}`,
    false,
  ],
  [
    'a SecretId of 129 characters',
    `TC3-HMAC-SHA256 Credential=${'A'.repeat(129)}/2026-11-21/127/tc3_request, SignedHeaders=content-type;host, ${SIGNATURE}`,
    false,
  ],
])('an Authorization with %s', (_, header, accepted) => {
  expect(parseAuthorization(header) !== undefined).toBe(accepted)
})

test('a derived key is kept until the secret behind its scope changes', () => {
  const keys = new SigningKeys()
  const scope = parseAuthorization(
    `TC3-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=content-type;host, ${SIGNATURE}`,
  )!
  const first = keys.find(scope, new Secret('one'))
  expect(keys.find(scope, new Secret('one'))).toBe(first)
  expect(keys.find(scope, new Secret('two'))).not.toBe(first)
  expect(keys.find(scope, new Secret('one')).sign('x')).toBe(first.sign('x'))
})

test('scopes beyond the bound push out the oldest only', () => {
  const keys = new SigningKeys()
  const secret = new Secret('one')
  const scopes = Array.from({ length: 1025 }, (_, i) => ({
    ...parseAuthorization(
      `TC3-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=content-type;host, ${SIGNATURE}`,
    )!,
    credential: `AKIDx/2026-11-21/${i}`,
  }))
  const made = scopes.map((scope) => keys.find(scope, secret))
  expect(keys.find(scopes[1]!, secret)).toBe(made[1])
  expect(keys.find(scopes[0]!, secret)).not.toBe(made[0])
})
