/** What we ask as Tencent's customer its own half understands, and every answer of its comes back. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FAULT_NAMES } from '../../domain/fault.ts'
import { OUTCOME_NAMES } from '../../domain/outcome.ts'
import { type ElementName, PRODUCTS, type Product } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import type { ProtocolCall } from '../protocol.ts'
import {
  ASKED_AT_MS,
  askOf,
  CLEAR,
  jsonReply,
  keyOf,
  NAMES,
  received,
  replied,
  wireText,
} from '../test-vendor.ts'
import type { VendorCredential } from '../vendor-client.ts'
import { resultsOf } from './catalogue.ts'
import { tencent } from './client.ts'
import { ERROR_ROWS } from './client-catalogue.ts'
import { createTencent } from './index.ts'
import { generateKeyPair } from './key-pair.ts'
import { SPECIMENS } from './specimens.ts'
import { readText } from './test-captures.ts'
import { clearOf, decryptKey, TestVault } from './test-vault.ts'

const CREDENTIAL: VendorCredential = {
  kind: 'tencent',
  id: 'AKIDvendorEXAMPLE',
  secret: new Secret('vendorSecretEXAMPLE'),
}
const PRODUCTS_SOLD = ['card4', 'card3', 'card2'] as const
const ACTION = {
  card4: 'BankCard4EVerification',
  card3: 'BankCardVerification',
  card2: 'BankCard2EVerification',
} as const

async function callOf(product: Product, credential = CREDENTIAL): Promise<ProtocolCall> {
  const request = await tencent.request(askOf(credential, { product }))
  const call = createTencent().read(received(request))
  if ('fault' in call) throw new Error(call.fault)
  return call
}

test.each(PRODUCTS_SOLD)('a request for %s is the same bytes as it was', async (product) => {
  const text = wireText(await tencent.request(askOf(CREDENTIAL, { product })))
  await expect(text).toMatchFileSnapshot(`../../../test/vendors/golden/tencent-${product}.txt`)
})

test.each(PRODUCTS_SOLD)('the vendor’s half verifies a request for %s', async (product) => {
  const call = await callOf(product)
  expect(call.product).toBe(product)
  expect(call.authenticate(keyOf(CREDENTIAL), ASKED_AT_MS)).toBeUndefined()
  const elements = await clearOf(call)
  for (const name of PRODUCTS[product] as readonly ElementName[]) {
    expect('fault' in elements ? elements : elements[name]?.reveal()).toBe(CLEAR[name])
  }
})

test('a temporary key sends its token', async () => {
  const temporary = { ...CREDENTIAL, token: new Secret('session') }
  const call = await callOf('card4', temporary)
  expect(call.authenticate(keyOf(temporary), ASKED_AT_MS)).toBeUndefined()
  expect((await callOf('card4')).authenticate(keyOf(temporary), ASKED_AT_MS)).toEqual({
    fault: 'token_invalid',
  })
})

describe.each([
  ['aes', 'rsa'],
  ['sm', 'sm2'],
] as const)('%s', (encryption, algorithm) => {
  // One of the pairs under which the official client's payloads were captured.
  const publicKey = Buffer.from(readText(`crypto/${algorithm}pub.pem`)).toString('base64')
  const sealing = { ...CREDENTIAL, publicKey }

  test('a request is the same bytes as it was', async () => {
    expect(tencent.encryptionOf?.(publicKey)).toBe(encryption)
    const text = wireText(await tencent.request(askOf(sealing)))
    const file = `../../../test/vendors/golden/tencent-card4-${encryption}.txt`
    await expect(text).toMatchFileSnapshot(file)
  })

  test.each(PRODUCTS_SOLD)(
    'no element of %s leaves in clear, and the vendor opens all',
    async (product) => {
      const pair = await generateKeyPair(algorithm)
      const credential = { ...CREDENTIAL, publicKey: pair.publicKey }
      const random = randomBytes
      const request = await tencent.request(askOf(credential, { product, random }))
      for (const value of Object.values(CLEAR)) expect(request.body).not.toContain(value)
      const call = createTencent().read(received(request)) as ProtocolCall
      const vault = new TestVault([decryptKey(algorithm, pair.privateKey)])
      const elements = await clearOf(call, vault)
      expect('fault' in elements).toBe(false)
      for (const name of PRODUCTS[product] as readonly ElementName[]) {
        expect('fault' in elements ? elements : elements[name]?.reveal()).toBe(CLEAR[name])
      }
    },
  )

  test('two requests share neither data key nor IV', async () => {
    const ask = askOf(sealing, { random: randomBytes })
    const bodies = [await tencent.request(ask), await tencent.request(ask)].map(({ body }) => {
      return JSON.parse(body)
    })
    const [one, two] = bodies
    for (const name of ['Iv', 'CiphertextBlob']) {
      expect(one.Encryption[name]).not.toBe(two.Encryption[name])
    }
    expect(one.BankCard).not.toBe(two.BankCard)
  })
})

test.each([
  '',
  'AAAA',
  Buffer.from('-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----').toString('base64'),
])('what is no public key of either suite is none: %s', async (publicKey) => {
  expect(tencent.encryptionOf?.(publicKey)).toBeUndefined()
  const ask = askOf({ ...CREDENTIAL, publicKey })
  await expect(tencent.request(ask)).rejects.toThrow('not a public key')
})

test('of a reply to a message that was passed on no number is kept that could be a person’s', () => {
  const { elements: _, ...occasion } = askOf(CREDENTIAL)
  const read = (members: object) => tencent.passOn?.read(jsonReply({ Response: members }), occasion)
  const RequestId = NAMES.requestId
  expect(read({ Result: '0', RequestId })).toMatchObject({ code: '0', reference: RequestId })
  expect(read({ Error: { Code: 'No.Such' }, RequestId })).toMatchObject({ code: 'No.Such' })
  for (const text of [CLEAR.cardNumber, CLEAR.idNumber, CLEAR.mobile]) {
    expect(JSON.stringify(read({ Result: text, RequestId: text }))).not.toContain(text)
    expect(JSON.stringify(read({ Error: { Code: text }, RequestId: text }))).not.toContain(text)
  }
})

test.each(PRODUCTS_SOLD)(
  'every outcome of %s comes back as itself, or as the row it shares',
  async (product) => {
    for (const edition of ['reference', '2025-06'] as const) {
      const face = createTencent({ resultEdition: edition })
      const ask = askOf(CREDENTIAL, { product })
      const request = received(await tencent.request(ask))
      const call = face.read(request) as ProtocolCall
      for (const outcome of OUTCOME_NAMES) {
        const body = face.answer(call, outcome, NAMES)
        const reading = tencent.read(replied(face.writeAnswer(request, body, NAMES)), ask)
        const rows = resultsOf(ACTION[product], edition)
        if (!rows[outcome].alias) expect(reading.outcome).toBe(outcome)
        expect(reading.charge).toBe(rows[reading.outcome].billable ? 'paid' : 'free')
        expect(reading.reference).toBe(NAMES.requestId)
      }
    }
  },
)

test('whatever the vendor refuses us with is no verdict, costs nothing and lets another be asked', async () => {
  const face = createTencent()
  const ask = askOf(CREDENTIAL)
  const request = received(await tencent.request(ask))
  for (const fault of FAULT_NAMES) {
    const reading = tencent.read(replied(face.writeFault(request, { fault }, NAMES)), ask)
    expect(reading).toMatchObject({ outcome: 'source_busy', charge: 'free' })
    expect(reading.next).not.toBe('final')
  }
})

test('every code of the vendor’s closed tables has a row', () => {
  for (const { code } of SPECIMENS) expect(ERROR_ROWS.has(code)).toBe(true)
})

test('what is not the document’s is unknown and may have been charged, whatever it is', () => {
  const ask = askOf(CREDENTIAL)
  const response = (members: object) => jsonReply({ Response: members })
  const replies = [
    response({ Result: '-99', RequestId: 'r' }),
    response({ Result: 'match', RequestId: 'r' }),
    response({ Description: '认证通过', RequestId: 'r' }),
    response({ Error: { Code: 'No.Such' }, RequestId: 'r' }),
    response({ Error: {}, Result: '0', RequestId: 'r' }),
    jsonReply({ Result: '0' }),
    jsonReply([], 502),
    jsonReply({ Response: { Result: '0', RequestId: 'r' } }, 500),
    jsonReply({ Response: { Error: { Code: 'InternalError' }, RequestId: 'r' } }, 302),
    {
      ...jsonReply({ Response: { Result: '0', RequestId: 'r' } }),
      headers: ['X-TC-TraceId', ask.requestId, 'X-TC-TraceId', 'other'],
    },
    { status: 200, headers: [], body: Buffer.from('{"Response":{"Result":"0"}} trailing') },
    { status: 200, headers: [], body: Buffer.from('{"Response":{"Result":"-1","Result":"0"}}') },
    { status: 200, headers: ['X-TC-TraceId', 'other'], body: jsonReply({}).body },
  ]
  for (const reply of replies) {
    expect(tencent.read(reply, ask)).toMatchObject({
      outcome: 'source_unknown',
      charge: 'unknown',
      next: 'final',
    })
  }
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 200, max: 599 }),
      (body, status) => {
        const reading = tencent.read({ status, headers: [], body: Buffer.from(body) }, ask)
        return reading.outcome === 'source_unknown' && reading.charge === 'unknown'
      },
    ),
  )
})
