import { expect, test } from 'vitest'
import { Secret } from '../../domain/secret.ts'
import { signTc3 } from './tc3-signing.ts'

// The vendor's worked example (page 213/30654) signs cvm.DescribeInstances; its shown signature is
// computed from a masked secret, so the figures here are of a signer in another language (openssl).
test('signs what the shell signs with openssl, step by step', () => {
  const signed = signTc3({
    secretId: 'AKIDKayanSandboxEXAMPLE',
    secret: new Secret('KayanSandboxSecretKeyEXAMPLE'),
    host: '127.0.0.1:8080',
    service: 'faceid',
    action: 'BankCard4EVerification',
    body: '{"Name":"韦小宝"}',
    nowMs: 1_800_000_000_999,
  })
  expect(signed.timestamp).toBe('1800000000')
  expect(signed.canonicalRequest.split('\n')).toEqual([
    'POST',
    '/',
    '',
    'content-type:application/json; charset=utf-8',
    'host:127.0.0.1:8080',
    'x-tc-action:bankcard4everification',
    '',
    'content-type;host;x-tc-action',
    '939db20431430bd768b29f74425b6364619faa084a075dbb8a8b26d1e69bc413',
  ])
  expect(signed.authorization).toContain(
    'Credential=AKIDKayanSandboxEXAMPLE/2027-01-15/faceid/tc3_request',
  )
  expect(signed.authorization.slice(-64)).toBe(
    'a8cbabf85843f01d6c4c2138d36cbcb265a1b67a19bd8a7ea9853b9d7aa0260d',
  )
})
