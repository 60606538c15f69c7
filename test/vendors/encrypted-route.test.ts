/** A route with the vendor's public key: elements leave us encrypted by its suite, and are opened there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { tencent } from '../../src/protocols/vendors.ts'
import { openGateway } from './composition.ts'
import { openSealedVendor, SEALED_VENDOR_CREDENTIAL } from './sealed-vendor.ts'
import type { Simulator } from './simulators.ts'

const VECTORS = join(import.meta.dirname, '../vectors/tencent/crypto')
const CARD = '6299991000000015'
const MOBILE = '13800138001'

/** A gateway with one route, whose vendor takes what is encrypted for the key of that name. */
async function arrange(keyName: string) {
  const sealed = await openSealedVendor()
  const publicKey = readFileSync(join(VECTORS, `${keyName}pub.pem`)).toString('base64')
  const vendor: Simulator = {
    vendor: tencent,
    credential: { ...SEALED_VENDOR_CREDENTIAL, publicKey },
    url: `http://127.0.0.1:${sealed.port}`,
    port: sealed.port,
    bill: { asked: 0, paid: 0, lines: [] },
    script: () => 'match',
    close: () => sealed.close(),
  }
  const gateway = openGateway([{ vendor }])
  onTestFinished(async () => {
    await gateway.close()
    sealed.close()
  })
  return { sealed, gateway }
}

test.each([
  ['rsa', 'AES-256-CBC'],
  ['sm2', 'SM4-GCM'],
])('%s: no element is on the wire, and the verdict is on what was asked', async (name, suite) => {
  const { sealed, gateway } = await arrange(name)
  expect(await gateway.verify(CARD, MOBILE)).toEqual({ result: '0', source: 'upstream' })
  const [body = ''] = sealed.bodies.map(String)
  expect(JSON.parse(body).Encryption.Algorithm).toBe(suite)
  for (const text of [CARD, MOBILE, '王芳']) expect(body).not.toContain(text)
  expect(sealed.opened[0]?.cardNumber?.reveal()).toBe(CARD)
  expect(sealed.opened[0]?.mobile?.reveal()).toBe(MOBILE)
  expect(gateway.attempts.count('settled')).toBe(1)
})

test('the guardian knows the card although the wire does not', async () => {
  const { sealed, gateway } = await arrange('sm2')
  sealed.finding = 'mismatch'
  const results = []
  for (let i = 0; i < 4; i++) results.push((await gateway.verify(CARD, `1380013900${i}`)).result)
  expect(results).toContain('-19')
  expect(sealed.bodies.length).toBeLessThan(results.length)
})
