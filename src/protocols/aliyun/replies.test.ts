import { inspect } from 'node:util'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAULT_NAMES, isFault } from '../../domain/fault.ts'
import { OUTCOME_NAMES } from '../../domain/outcome.ts'
import { RESULTS } from './catalogue.ts'
import { createAliyun } from './index.ts'
import { gbkBytes } from './test-gb18030.ts'
import { APP_CODE, mustRead, NAMES, replyHeader, SAMPLE, wireRequest } from './test-request.ts'

const protocol = createAliyun()
const REQUEST_ID = NAMES.requestId.toUpperCase()

test('the documented sample is answered as documented, byte for byte', () => {
  const request = wireRequest()
  const body = protocol.answer(mustRead(protocol, request), 'match', NAMES)
  expect(body).toBe(
    '{"code":"10000","message":"成功","data":{"state":"1"},"seqNo":"4XU29Z4D1704061618"}',
  )
  expect(protocol.writeAnswer(request, body, NAMES)).toEqual({
    status: 200,
    headers: ['Content-Type', 'application/json;charset=UTF-8', 'X-Ca-Request-Id', REQUEST_ID],
    body,
  })
})

test.for(OUTCOME_NAMES)('%s is an envelope of four keys with its own seqNo', (outcome) => {
  const body = protocol.answer(mustRead(protocol, wireRequest()), outcome, NAMES)
  const { code } = RESULTS[outcome]
  const parsed = JSON.parse(body)
  expect(Object.keys(parsed)).toEqual(['code', 'message', 'data', 'seqNo'])
  expect(parsed.code).toBe(code)
  expect(parsed.seqNo).toMatch(/^[0-9A-Z]{8}\d{10}$/)
  if (code === '10000')
    expect(parsed).toMatchObject({ message: '成功', data: { state: /^[123]$/ } })
  else expect(parsed.data).toBeNull()
  const table = protocol.charges.find(({ api }) => api === 'aliyun.1887')
  expect(table?.charged.has(outcome)).toBe(RESULTS[outcome].billable)
})

test('the minute of a seqNo is that of Beijing, also over midnight and new year', () => {
  const call = mustRead(protocol, wireRequest())
  const minuteAt = (atMs: number) =>
    JSON.parse(protocol.answer(call, 'match', { ...NAMES, atMs })).seqNo.slice(8)
  expect(minuteAt(Date.UTC(2025, 11, 31, 15, 59, 59, 999))).toBe('2512312359')
  expect(minuteAt(Date.UTC(2025, 11, 31, 16, 0, 0, 0))).toBe('2601010000')
  expect(minuteAt(Date.UTC(2025, 11, 31, 15, 59, 0, 0))).toBe('2512312359')
})

test('a stored answer is repeated byte for byte under a new request id', () => {
  const again = { ...NAMES, serial: 2, requestId: 'a77cdca5-cc79-46e2-863a-7b2871b7f520' }
  const reply = protocol.writeAnswer(wireRequest(), '{"code":"10000"}', again)
  expect(reply.body).toBe('{"code":"10000"}')
  expect(replyHeader(reply.headers, 'X-Ca-Request-Id')).toBe(again.requestId.toUpperCase())
})

test.for(FAULT_NAMES)('%s is written in the form of its layer', (fault) => {
  const reply = protocol.writeFault(wireRequest(), { fault }, NAMES)
  expect(replyHeader(reply.headers, 'X-Ca-Request-Id')).toBe(REQUEST_ID)
  if (reply.status === 200) {
    expect(JSON.parse(reply.body)).toMatchObject({ data: null, code: /^100(?!00)\d\d$/ })
    expect(replyHeader(reply.headers, 'Content-Type')).toBe('application/json;charset=UTF-8')
    expect(reply.headers).toHaveLength(4)
  } else {
    expect(reply.body).toBe('')
    expect(replyHeader(reply.headers, 'Content-Type')).toBe('application/oct-stream')
    expect(replyHeader(reply.headers, 'X-Ca-Error-Code')?.slice(1, 4)).toBe(String(reply.status))
    expect(replyHeader(reply.headers, 'X-Ca-Error-Message')).not.toBe('')
  }
})

test('our own failure speaks for the layer that it struck', () => {
  for (const fault of ['internal', 'store_unavailable'] as const) {
    const after = protocol.writeFault(wireRequest(), { fault }, NAMES)
    expect(JSON.parse(after.body).code).toBe('10004')
    const before = protocol.writeFault(wireRequest({ authorization: 'x' }), { fault }, NAMES)
    expect(before.status).toBe(fault === 'internal' ? 500 : 503)
  }
})

test('an unknown key is named by its kind', () => {
  const textFor = (authorization: string | undefined) => {
    const request = wireRequest({ authorization, headers: ['X-Ca-Key', '1'] })
    const { headers } = protocol.writeFault(request, { fault: 'key_unknown' }, NAMES)
    return replyHeader(headers, 'X-Ca-Error-Message')
  }
  expect(textFor(`APPCODE ${APP_CODE}`)).toBe('Invalid AppCode `not exists`')
  expect(textFor(undefined)).toBe('Invalid AppKey')
})

test('classic texts come with their own statuses and without a code', () => {
  const classic = createAliyun({ gatewayErrors: 'legacy' })
  const reply = classic.writeFault(wireRequest(), { fault: 'rate_limited' }, NAMES)
  expect(reply.status).toBe(403)
  expect(reply.headers).toEqual([
    'Content-Type',
    'text/plain;charset=UTF-8',
    'X-Ca-Request-Id',
    REQUEST_ID,
    'X-Ca-Error-Message',
    'Throttled by API Flow Control',
  ])
  for (const fault of FAULT_NAMES) {
    const { status, headers } = classic.writeFault(wireRequest(), { fault }, NAMES)
    if (status !== 200) expect(replyHeader(headers, 'X-Ca-Error-Message')).not.toBe('')
  }
})

test('the texts of 2018 are spoken by switch, and unsupported issuers get the code of their own', () => {
  const vendor = createAliyun({ codeTexts: 'vendor2018' })
  const call = mustRead(vendor, wireRequest())
  expect(JSON.parse(vendor.answer(call, 'issuer_unsupported', NAMES))).toMatchObject({
    code: '10019',
    message: '不支持此卡的信息校验，请持卡人咨询银行',
    data: null,
  })
  expect(JSON.parse(vendor.answer(call, 'card_lost', NAMES)).data).toEqual({ state: '3' })
})

test('what a text repeats of a request is header text of bounded length', () => {
  const request = wireRequest({ path: `/communication/\r\nX-Evil: 1${'y'.repeat(9000)}` })
  const { headers } = protocol.writeFault(request, { fault: 'route_unknown' }, NAMES)
  const text = replyHeader(headers, 'X-Ca-Error-Message')!
  expect(text).toMatch(/^[\x20-\x7e]+$/)
  expect(text.length).toBeLessThan(400)
})

test('no element and no AppCode is in any refusal, in any fault, or in a call that is printed', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{10,17}$/)
  const bodies = (number: string) => [
    `acc_no=${number}&idcard=${number}&mobile=${number}&name=%E6%AC%A7%E9%98%B3`,
    `{"acc_no":"${number}","idcard":${number},"mobile":"${number}","name":"欧阳"`,
    gbkBytes(`acc_no=${number}&mobile=1&mobile=${number}&name=欧阳`),
    `acc_no=${number}&cvv=${number}&name=%E6%AC%A7%E9%98%B3%00`,
  ]
  const secrets = (number: string) => [number, '欧阳', '\xe6\xac\xa7', '%E6%AC%A7', APP_CODE]
  fc.assert(
    fc.property(digits, fc.nat(3), fc.constantFrom(...FAULT_NAMES), (number, which, name) => {
      const body = bodies(number)[which]!
      const request = wireRequest({ body, query: `AppCode=${APP_CODE}&mobile=${number}` })
      const call = mustRead(protocol, request)
      const decoded = call.decode()
      const fault = isFault(decoded) ? decoded : { fault: name }
      const told = [fault, { fault: name }].map((cause) =>
        protocol.writeFault(request, cause, NAMES),
      )
      const seen = inspect(told, { depth: 9 }) + inspect(fault) + JSON.stringify(decoded)
      for (const secret of secrets(number)) expect(seen.includes(secret)).toBe(false)
    }),
  )
})

test.for(FAULT_NAMES)('the refusal %s shows nothing of the sample that caused it', (fault) => {
  const headers = ['X-Ca-Key', '1', 'X-Ca-Signature', 'x']
  const request = wireRequest({ authorization: undefined, headers })
  const seen = inspect(protocol.writeFault(request, { fault }, NAMES))
  for (const value of Object.values(SAMPLE)) expect(seen).not.toContain(value)
})
