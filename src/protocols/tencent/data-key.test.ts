/** Data keys are told once, wrapped for their account, and refused for what KMS refuses. */
import { constants, privateDecrypt, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { ProtocolCall, WireRequest } from '../protocol.ts'
import { unwrapDataKey } from './data-key-blob.ts'
import { createTencent } from './index.ts'
import { generateKeyPair } from './key-pair.ts'
import { decryptSm2 } from './sm-crypto.ts'
import {
  CAPTURED_AT_MS,
  EXAMPLE_KEY,
  NAMES,
  sample,
  signedPost,
  signedV1Get,
  withHeader,
} from './test-captures.ts'
import { decryptKey, TestVault } from './test-vault.ts'

const face = createTencent()
const MASTER = decryptKey('kms', randomBytes(32).toString('base64'), crypto.randomUUID())
const HEADERS = { 'X-TC-Action': 'GenerateDataKey', 'X-TC-Version': '2019-01-18' }
const OURS = { accountId: EXAMPLE_KEY.account.id, context: '' }

function wished(parameters: object): WireRequest {
  return signedPost(
    JSON.stringify({ KeyId: MASTER.id, KeySpec: 'AES_256', ...parameters }),
    HEADERS,
  )
}

async function answered(request: WireRequest, vault = new TestVault([MASTER])) {
  const call = face.read(request)
  if (isFault(call)) return call
  const fault = call.authenticate(EXAMPLE_KEY, CAPTURED_AT_MS)
  const decoded = fault ?? call.decode()
  if (isFault(decoded)) return decoded
  const body = await call.immediate!(vault, EXAMPLE_KEY, NAMES)
  return isFault(body) ? body : JSON.parse(body).Response
}

/** Code and parameter as a caller reads them. */
function codeOf(fault: Fault): string {
  return JSON.parse(face.writeFault(wished({}), fault, NAMES).body).Response.Error.Code
}

test.each([
  [{ KeySpec: 'AES_128' }, 16],
  [{ KeySpec: 'AES_256' }, 32],
  [{ KeySpec: 'AES_128', NumberOfBytes: 40 }, 40],
  [{ KeySpec: undefined, NumberOfBytes: 1 }, 1],
  [{ KeySpec: undefined, NumberOfBytes: 1024 }, 1024],
  [{ NumberOfBytes: null }, 32],
])('%j gives a key of %i bytes, in clear and wrapped', async (parameters, bytes) => {
  const response = await answered(wished(parameters))
  expect(Object.keys(response)).toEqual(['KeyId', 'Plaintext', 'CiphertextBlob', 'RequestId'])
  expect(response).toMatchObject({ KeyId: MASTER.id, RequestId: NAMES.requestId })
  const clear = Buffer.from(response.Plaintext, 'base64')
  expect(clear).toHaveLength(bytes)
  expect(unwrapDataKey(MASTER, OURS, response.CiphertextBlob)).toEqual(clear)
  expect(response.CiphertextBlob.length).toBeLessThan(4096)
})

test('a v1 request gets one too, and no two are the same', async () => {
  const none = { Name: undefined, BankCard: undefined, Phone: undefined, IdCard: undefined }
  const own = { Action: 'GenerateDataKey', Version: '2019-01-18', KeyId: MASTER.id }
  const request = signedV1Get({ ...none, ...own, NumberOfBytes: '32' })
  const first = await answered(request)
  const second = await answered(request)
  expect(Buffer.from(first.Plaintext, 'base64')).toHaveLength(32)
  expect(first.Plaintext).not.toBe(second.Plaintext)
  expect((face.read(request) as ProtocolCall).repeatKey('key_1')).toBeUndefined()
})

test('a blob opens for no other account, context or master key, and with no character changed', async () => {
  const { CiphertextBlob: blob } = await answered(wished({}))
  const other = decryptKey('kms', randomBytes(32).toString('base64'), MASTER.id)
  expect(unwrapDataKey(MASTER, { ...OURS, accountId: 'acc_2' }, blob)).toBeUndefined()
  expect(unwrapDataKey(MASTER, { ...OURS, context: '{}' }, blob)).toBeUndefined()
  expect(unwrapDataKey(other, OURS, blob)).toBeUndefined()
  expect(unwrapDataKey({ ...MASTER, id: crypto.randomUUID() }, OURS, blob)).toBeUndefined()
  const start = blob.lastIndexOf('-') + 1
  for (let at = start; at < blob.length - 2; at++) {
    const changed = blob.slice(0, at) + (blob[at] === 'A' ? 'B' : 'A') + blob.slice(at + 1)
    expect(unwrapDataKey(MASTER, OURS, changed), `character ${at}`).toBeUndefined()
  }
})

test('a context is bound to the blob', async () => {
  const context = '{"purpose":"faceid"}'
  const { CiphertextBlob, Plaintext } = await answered(wished({ EncryptionContext: context }))
  const opened = unwrapDataKey(MASTER, { ...OURS, context }, CiphertextBlob)
  expect(opened?.toString('base64')).toBe(Plaintext)
})

const { RSA_PKCS1_PADDING, RSA_PKCS1_OAEP_PADDING } = constants

test('a data key can be encrypted for a key of the caller’s, RSA or SM2', async () => {
  const rsa = await generateKeyPair('rsa')
  const spki = await import('node:crypto').then(({ createPublicKey }) =>
    createPublicKey(rsa.privateKey).export({ type: 'spki', format: 'pem' }),
  )
  for (const [EncryptionAlgorithm, padding] of [
    ['RSAES_PKCS1_V1_5', { padding: RSA_PKCS1_PADDING }],
    ['RSAES_OAEP_SHA_1', { padding: RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }],
    ['RSAES_OAEP_SHA_256', { padding: RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }],
  ] as const) {
    const response = await answered(wished({ EncryptionPublicKey: spki, EncryptionAlgorithm }))
    const told = Buffer.from(response.Plaintext, 'base64')
    const clear = privateDecrypt({ key: rsa.privateKey, ...padding }, told)
    expect(unwrapDataKey(MASTER, OURS, response.CiphertextBlob)).toEqual(clear)
  }
  const sm2 = await generateKeyPair('sm2')
  const pem = Buffer.from(sm2.publicKey, 'base64').toString()
  const response = await answered(wished({ KeySpec: 'AES_128', EncryptionPublicKey: pem }))
  const clear = await decryptSm2(sm2.privateKey, Buffer.from(response.Plaintext, 'base64'))
  expect(unwrapDataKey(MASTER, OURS, response.CiphertextBlob)).toEqual(clear)
  const asn1 = { EncryptionPublicKey: pem, EncryptionAlgorithm: 'SM2_C1C3C2_ASN1' }
  const sequence = Buffer.from((await answered(wished(asn1))).Plaintext, 'base64')
  expect(sequence[0]).toBe(0x30)
  const long = {
    EncryptionPublicKey: spki,
    EncryptionAlgorithm: 'RSAES_PKCS1_V1_5',
    NumberOfBytes: 300,
  }
  expect(codeOf(await answered(wished(long)))).toBe('FailedOperation.EncryptionError')
})

const SM2_HEAD = '3059301306072a8648ce3d020106082a811ccf5501822d03420004'
const NO_POINT = Buffer.from(SM2_HEAD + '01'.repeat(64), 'hex').toString('base64')

test.each([
  [{ KeyId: undefined }, 'MissingParameter'],
  [{ KeyId: 'x' }, 'InvalidParameterValue.InvalidKeyId'],
  [{ KeyId: '00000000-0000-4000-8000-000000000000' }, 'ResourceUnavailable.CmkNotFound'],
  [{ KeyId: 1 }, 'InvalidParameter'],
  [{ KeySpec: undefined }, 'MissingParameter'],
  [{ KeySpec: 'AES_192' }, 'InvalidParameterValue'],
  [{ KeySpec: 'toString' }, 'InvalidParameterValue'],
  [{ NumberOfBytes: 0 }, 'InvalidParameterValue'],
  [{ NumberOfBytes: 1025 }, 'InvalidParameterValue'],
  [{ NumberOfBytes: '32' }, 'InvalidParameter'],
  [{ NumberOfBytes: 1.5 }, 'InvalidParameter'],
  [{ EncryptionContext: 'x' }, 'InvalidParameterValue'],
  [{ EncryptionContext: '[]' }, 'InvalidParameterValue'],
  [{ EncryptionContext: `{"a":"${'a'.repeat(1024)}"}` }, 'InvalidParameterValue'],
  [{ EncryptionPublicKey: 'x' }, 'InvalidParameterValue'],
  [{ EncryptionPublicKey: 'x', EncryptionAlgorithm: 'RSA' }, 'InvalidParameterValue'],
  [{ EncryptionPublicKey: 'x', EncryptionAlgorithm: 'RSAES_PKCS1_V1_5' }, 'InvalidParameterValue'],
  [{ EncryptionPublicKey: NO_POINT }, 'FailedOperation.EncryptionError'],
  [{ IsHostedByKms: 1 }, 'UnsupportedOperation'],
  [{ Name: '韦小宝' }, 'UnknownParameter'],
])('%j is refused with %s', async (parameters, code) => {
  expect(codeOf(await answered(wished(parameters)))).toBe(code)
})

test('an account without that master key has none of another’s', async () => {
  expect(codeOf(await answered(wished({}), new TestVault()))).toBe(
    'ResourceUnavailable.CmkNotFound',
  )
})

test('each action has its own version', async () => {
  const faceid = withHeader(wished({}), 'X-TC-Version', '2018-03-01')
  expect(await answered(faceid)).toMatchObject({ fault: 'action_unknown' })
  const kms = withHeader(signedPost(sample()), 'X-TC-Version', '2019-01-18')
  expect(await answered(kms)).toMatchObject({ fault: 'version_unknown' })
})

test('a request changed after it was signed gets no key', async () => {
  const request = wished({})
  const changed = Buffer.from(request.body.toString().replace('AES_256', 'AES_128'))
  expect(await answered({ ...request, body: changed })).toEqual({ fault: 'signature_mismatch' })
})
