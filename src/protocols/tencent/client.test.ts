/** What we ask as Tencent's customer its own half understands, and every answer of its comes back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
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

function callOf(product: Product, credential = CREDENTIAL): ProtocolCall {
  const call = createTencent().read(received(tencent.request(askOf(credential, { product }))))
  if ('fault' in call) throw new Error(call.fault)
  return call
}

test.each(PRODUCTS_SOLD)('a request for %s is the same bytes as it was', async (product) => {
  const text = wireText(tencent.request(askOf(CREDENTIAL, { product })))
  await expect(text).toMatchFileSnapshot(`../../../test/vendors/golden/tencent-${product}.txt`)
})

test.each(PRODUCTS_SOLD)('the vendor’s half verifies a request for %s', async (product) => {
  const call = callOf(product)
  expect(call.product).toBe(product)
  expect(call.authenticate(keyOf(CREDENTIAL), ASKED_AT_MS)).toBeUndefined()
  const elements = await clearOf(call)
  for (const name of PRODUCTS[product] as readonly ElementName[]) {
    expect('fault' in elements ? elements : elements[name]?.reveal()).toBe(CLEAR[name])
  }
})

test('a temporary key sends its token', () => {
  const temporary = { ...CREDENTIAL, token: new Secret('session') }
  const call = callOf('card4', temporary)
  expect(call.authenticate(keyOf(temporary), ASKED_AT_MS)).toBeUndefined()
  expect(callOf('card4').authenticate(keyOf(temporary), ASKED_AT_MS)).toEqual({
    fault: 'token_invalid',
  })
})

test('with a public key of the vendor’s no element leaves in clear, and the vendor opens them', async () => {
  const pair = await generateKeyPair('rsa')
  const sealing = { ...CREDENTIAL, publicKey: pair.publicKey }
  const { body } = tencent.request(askOf(sealing))
  for (const value of Object.values(CLEAR)) expect(body).not.toContain(value)
  const elements = await clearOf(
    callOf('card4', sealing),
    new TestVault([decryptKey('rsa', pair.privateKey)]),
  )
  expect('fault' in elements ? elements : elements.cardNumber?.reveal()).toBe(CLEAR.cardNumber)
})

test.each(PRODUCTS_SOLD)(
  'every outcome of %s comes back as itself, or as the row it shares',
  (product) => {
    for (const edition of ['reference', '2025-06'] as const) {
      const face = createTencent({ resultEdition: edition })
      const ask = askOf(CREDENTIAL, { product })
      const request = received(tencent.request(ask))
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

test('whatever the vendor refuses us with is no verdict, costs nothing and lets another be asked', () => {
  const face = createTencent()
  const ask = askOf(CREDENTIAL)
  const request = received(tencent.request(ask))
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
