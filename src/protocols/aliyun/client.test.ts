/** What we ask as the market's customer its own half understands, and its answers come back. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { OUTCOME_NAMES, type Outcome } from '../../domain/outcome.ts'
import { type ElementName, PRODUCTS } from '../../domain/product.ts'
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
import { GATEWAY, RESULTS } from './catalogue.ts'
import { aliyun } from './client.ts'
import { createAliyun } from './index.ts'

const CREDENTIALS: Readonly<Record<'appcode' | 'appkey', VendorCredential>> = {
  appcode: { kind: 'appcode', id: '', secret: new Secret('vendorappcodeexample') },
  appkey: { kind: 'appkey', id: '203753385', secret: new Secret('vendorappsecretexample') },
}
const SOLD = ['card4', 'card3', 'cardId'] as const
const CASES = SOLD.flatMap((product) =>
  (['appcode', 'appkey'] as const).map((kind) => [product, kind] as const),
)

test.each(CASES)(
  'a request for %s with an %s is the same bytes as it was',
  async (product, kind) => {
    const text = wireText(aliyun.request(askOf(CREDENTIALS[kind], { product })))
    const file = `../../../test/vendors/golden/aliyun-${product}-${kind}.txt`
    await expect(text).toMatchFileSnapshot(file)
  },
)

test.each(CASES)('the vendor’s half verifies a request for %s with an %s', (product, kind) => {
  const credential = CREDENTIALS[kind]
  const call = createAliyun().read(received(aliyun.request(askOf(credential, { product }))))
  if ('fault' in call) throw new Error(call.fault)
  expect(call.product).toBe(product)
  expect(call.authenticate(keyOf(credential), ASKED_AT_MS)).toBeUndefined()
  const elements = call.decode()
  for (const name of PRODUCTS[product] as readonly ElementName[]) {
    expect('fault' in elements ? elements : elements[name]?.reveal()).toBe(CLEAR[name])
  }
})

/** What is left of an outcome on a wire with fewer words. */
function expected(outcome: Outcome, product: string): Outcome | undefined {
  const row = RESULTS[outcome]
  if (row.code === '10000') {
    return row.state === '1' ? 'match' : row.state === '2' ? 'mismatch' : 'card_abnormal'
  }
  if (row.code === '10020') return 'attempts_exceeded'
  if (row.code === '10001') return 'source_busy'
  return product === 'cardId' && row.code === '10016' ? undefined : 'source_unknown'
}

test.each(SOLD)('every outcome of %s comes back as what the wire can say of it', (product) => {
  const face = createAliyun()
  const ask = askOf(CREDENTIALS.appcode, { product })
  const request = received(aliyun.request(ask))
  const call = face.read(request) as ProtocolCall
  for (const outcome of OUTCOME_NAMES) {
    const body = face.answer(call, outcome, NAMES)
    const reading = aliyun.read(replied(face.writeAnswer(request, body, NAMES)), ask)
    const meant = expected(outcome, product)
    if (meant !== undefined) expect(reading.outcome).toBe(meant)
    if (OUTCOME_NAMES.indexOf(outcome) > 0) expect(reading.outcome).not.toBe('match')
  }
})

test('codes of the edition of 2018 mean what its texts say', () => {
  const ask = askOf(CREDENTIALS.appcode)
  const reply = (code: string, message: string) =>
    jsonReply({ code, message, data: null, seqNo: 's' })
  expect(aliyun.read(reply('10018', '查询无记录'), ask).outcome).toBe('no_record')
  expect(aliyun.read(reply('10018', '参数错误'), ask).outcome).toBe('source_busy')
  const unsupported = '不支持此卡的信息校验，请持卡人咨询银行'
  expect(aliyun.read(reply('10019', unsupported), ask).outcome).toBe('issuer_unsupported')
  expect(aliyun.read(reply('10019', '系统异常'), ask).outcome).toBe('source_unknown')
})

test('no refusal of the gateway is a verdict, and what it gave before asking is free', () => {
  const ask = askOf(CREDENTIALS.appcode)
  for (const { status, code, text, legacyStatus, legacyText } of Object.values(GATEWAY)) {
    const modern = { status, headers: ['X-Ca-Error-Code', code, 'X-Ca-Error-Message', text] }
    const legacy = { status: legacyStatus, headers: ['X-Ca-Error-Message', legacyText] }
    for (const head of [modern, legacy]) {
      const reading = aliyun.read({ ...head, body: Buffer.alloc(0) }, ask)
      expect(['source_busy', 'source_unknown']).toContain(reading.outcome)
      expect(reading.charge === 'free').toBe(reading.outcome === 'source_busy')
      expect(reading.next === 'final').toBe(reading.outcome === 'source_unknown')
    }
    const { fault } = aliyun.read({ ...modern, body: Buffer.alloc(0) }, ask)
    if (status < 500) expect(fault).not.toBe('code_unlisted')
  }
})

test.each([
  ['Invalid Param Location', 'request_refused'],
  ['Expiry of Authorization', 'not_subscribed'],
  ['Throttled by DOMAIN Flow Control', 'throttled'],
  ['Access denied by IP Control Policy', 'ip_refused'],
])('a classic gateway’s %s is free', (text, fault) => {
  const reply = { status: 400, headers: ['X-Ca-Error-Message', text], body: Buffer.alloc(0) }
  const reading = aliyun.read(reply, askOf(CREDENTIALS.appcode))
  expect(reading).toMatchObject({ outcome: 'source_busy', charge: 'free', fault })
})

test.each(['Service Unavailable', 'Internal Error', 'Failed To Invoke Backend Service'])(
  'a classic gateway’s %s does not say whether the product was asked',
  (text) => {
    const reply = { status: 500, headers: ['X-Ca-Error-Message', text], body: Buffer.alloc(0) }
    const reading = aliyun.read(reply, askOf(CREDENTIALS.appcode))
    expect(reading).toMatchObject({ outcome: 'source_unknown', charge: 'unknown', fault: 'failed' })
  },
)

test('two codes of the gateway that contradict each other are none', () => {
  const headers = ['X-Ca-Error-Code', 'D503CB', 'X-Ca-Error-Code', 'D504TO']
  const reading = aliyun.read(
    { status: 503, headers, body: Buffer.alloc(0) },
    askOf(CREDENTIALS.appcode),
  )
  expect(reading).toMatchObject({ outcome: 'source_unknown', charge: 'unknown', code: '' })
})

test('nothing of a state that is none is kept', () => {
  const reply = jsonReply({ code: '10000', data: { state: '张三' } })
  expect(aliyun.read(reply, askOf(CREDENTIALS.appcode)).code).toBe('10000:')
})

test('a success may carry the gateway’s OK', () => {
  const body = { code: 10000, message: '成功', data: { state: 1 }, seqNo: 's' }
  const reply = jsonReply(body, 200, ['X-Ca-Error-Message', 'OK'])
  expect(aliyun.read(reply, askOf(CREDENTIALS.appcode)).outcome).toBe('match')
})

test('what is not the document’s is unknown and may have been charged', () => {
  const ask = askOf(CREDENTIALS.appcode)
  const replies = [
    jsonReply({ code: '10000', message: '成功', data: null }),
    jsonReply({ code: '10000', message: '成功', data: { state: '4' } }),
    jsonReply({ code: '10021' }),
    jsonReply({ message: '成功', data: { state: '1' } }),
    jsonReply({ code: '10000', data: { state: '1' } }, 500),
    { status: 200, headers: [], body: Buffer.from('<html>成功</html>') },
  ]
  for (const reply of replies) {
    expect(aliyun.read(reply, ask)).toMatchObject({ outcome: 'source_unknown', charge: 'unknown' })
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
      const reading = aliyun.read({ status: 200, headers: [], body: Buffer.from(body) }, ask)
      return reading.outcome === 'source_unknown' && reading.charge === 'unknown'
    }),
  )
})
