import { expect, test } from 'vitest'
import { FAULT_NAMES, type FaultName } from '../../domain/fault.ts'
import { type FaultRow, messageOf, PLATFORM_TEXTS, REFUSALS } from './catalogue.ts'
import { createAliyun } from './index.ts'
import {
  APP_CODE,
  clear,
  keyOf,
  mustRead,
  NAMES,
  SAMPLE,
  SAMPLE_FORM,
  type Wish,
  wireRequest,
} from './test-request.ts'

const protocol = createAliyun()
const KEYED = `key=${APP_CODE}&${SAMPLE_FORM}`

function direct(wish: Wish = {}) {
  return wireRequest({ authorization: undefined, body: KEYED, ...wish })
}

const PLACES: Record<string, Wish> = {
  'a form': {},
  JSON: {
    body: `{"key":"${APP_CODE}","acc_no":"6217920181755914","idcard":"32132419860817421X","mobile":"13636643334","name":"张三"}`,
  },
  'the query': { query: `key=${APP_CODE}`, body: SAMPLE_FORM },
  'query and form alike': { query: `key=${APP_CODE}` },
  'a form beside another Authorization scheme': { authorization: 'Basic eDp5' },
}

test.for(Object.entries(PLACES))('the key is found in %s', ([, wish]) => {
  const call = mustRead(protocol, direct(wish))
  expect(call.credential).toEqual({ kind: 'direct', value: APP_CODE })
  expect(call.authenticate(keyOf(APP_CODE), NAMES.atMs)).toBeUndefined()
  expect(call.authenticate(undefined, NAMES.atMs)).toEqual({ fault: 'key_unknown' })
  expect(clear(call.decode())).toEqual(SAMPLE)
})

test('beside a credential of the gateway the key is ignored', () => {
  for (const wish of [{ authorization: 'APPCODE x' }, { query: 'AppCode=x' }]) {
    expect(mustRead(protocol, direct(wish)).credential.value).toBe('x')
  }
  const signed = direct({ headers: ['X-Ca-Key', '100000001'] })
  expect(mustRead(protocol, signed).credential.kind).toBe('appkey')
})

test('two different keys are a parameter fault, and none is a missing credential', () => {
  expect(protocol.read(direct({ query: 'key=x' }))).toMatchObject({ fault: 'parameter_repeated' })
  expect(protocol.read(direct({ body: SAMPLE_FORM }))).toEqual({ fault: 'credential_missing' })
})

test('a call without a key is refused by the gateway, one with an empty key by the platform', () => {
  const refusal = (wish: Wish) => {
    return protocol.writeFault(direct(wish), { fault: 'credential_missing' }, NAMES)
  }
  expect(refusal({ body: SAMPLE_FORM }).status).toBe(400)
  const empty = direct({ body: `key=&${SAMPLE_FORM}` })
  expect(protocol.read(empty)).toEqual({ fault: 'credential_missing' })
  expect(refusal({ body: `key=&${SAMPLE_FORM}` })).toMatchObject({
    status: 200,
    body: '{"code":"SYSTEM_000","message":"key参数不能为空","data":null,"seqNo":"4XU29Z4D1704061618"}',
  })
})

const EXPECTED: Partial<Record<FaultName, string>> = {
  key_unknown: 'SYSTEM_001',
  quota_exhausted: 'SYSTEM_002',
  subscription_expired: 'SYSTEM_002',
  permission_denied: 'SYSTEM_003',
  identity_not_verified: 'SYSTEM_005',
  ip_forbidden: 'SYSTEM_012',
  api_offline: 'SYSTEM_015',
  not_subscribed: 'SYSTEM_025',
  rate_limited: 'SYSTEM_038',
  internal: 'SYSTEM_999',
  parameter_missing: '10001',
  body_malformed: '10009',
}

test.for(Object.entries(EXPECTED))('%s is %s on the direct face', ([fault, code]) => {
  const { status, body } = protocol.writeFault(direct(), { fault: fault as FaultName }, NAMES)
  expect(status).toBe(200)
  expect(JSON.parse(body)).toMatchObject({ code, data: null })
})

test('routing and size refusals keep the form of the gateway', () => {
  for (const fault of ['route_unknown', 'body_too_large', 'head_too_large'] as const) {
    const { status, body } = protocol.writeFault(direct(), { fault }, NAMES)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(body).toBe('')
  }
})

test('every refusal of the direct face has a text', () => {
  for (const name of FAULT_NAMES) {
    const { direct: code }: FaultRow = REFUSALS[name]
    if (code === undefined) continue
    expect(PLATFORM_TEXTS).toHaveProperty(code)
    expect(messageOf(code, 'pdd')).toBe(messageOf(code, 'vendor2018'))
  }
})

test('the face can be switched off', () => {
  const closed = createAliyun({ directFace: 'off' })
  expect(closed.read(direct())).toEqual({ fault: 'credential_missing' })
  expect(closed.writeFault(direct(), { fault: 'credential_missing' }, NAMES).status).toBe(400)
})

test('the three-element sibling spells the card number differently and needs no mobile', () => {
  const path = '/communication/personal/1886'
  const body = 'acct_no=6217920181755914&idcard=32132419860817421X&name=%E5%BC%A0%E4%B8%89'
  const call = mustRead(protocol, wireRequest({ path, body }))
  expect([call.api, call.product]).toEqual(['aliyun.1886', 'card3'])
  const { mobile: _, ...three } = SAMPLE
  expect(clear(call.decode())).toEqual(three)
  const other = mustRead(protocol, wireRequest({ path }))
  expect(other.decode()).toEqual({ fault: 'parameter_missing', field: 'acct_no' })
})

test('the two-element sibling takes the ID number and the card, and speaks its own 10016', () => {
  const path = '/communication/personal/2140'
  const request = wireRequest({ path, body: 'acct_no=6217920181755914&idcard=32132419860817421X' })
  const call = mustRead(protocol, request)
  expect([call.api, call.product]).toEqual(['aliyun.2140', 'cardId'])
  const { idNumber, cardNumber } = SAMPLE
  expect(clear(call.decode())).toEqual({ idNumber, cardNumber })
  const codeOf = (body: string) => JSON.parse(body).code
  expect(codeOf(protocol.answer(call, 'match', NAMES))).toBe('10000')
  expect(codeOf(protocol.answer(call, 'source_busy', NAMES))).toBe('10007')
  const { body } = protocol.writeFault(request, { fault: 'internal', specimen: '10016' }, NAMES)
  expect(JSON.parse(body)).toMatchObject({ code: '10016', message: '未查询到数据' })
})
