import { expect, test } from 'vitest'
import type { Elements } from '../../domain/elements.ts'
import type { Key } from '../../domain/key.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { TencentCall } from './call.ts'
import { createTencent } from './index.ts'
import { CAPTURED_AT_MS, EXAMPLE_KEY, NAMES, signedPost } from './test-captures.ts'

const ACTION = { 'X-TC-Action': 'CheckBankCardInformation' }
const face = createTencent()

/** The answer to a right request about a card. */
function answered(cardNumber: string, outcome: Outcome, mode: Key['mode'] = 'live') {
  const call = face.read(
    signedPost(JSON.stringify({ BankCard: cardNumber }), ACTION),
  ) as TencentCall
  expect(call.authenticate({ ...EXAMPLE_KEY, mode }, CAPTURED_AT_MS)).toBeUndefined()
  const elements = call.decode() as Elements
  expect(Object.keys(elements)).toEqual(['cardNumber'])
  expect([call.api, call.product]).toEqual(['tencent.CheckBankCardInformation', 'cardInfo'])
  return face.answer(call, outcome, NAMES)
}

test('the documented sample answers a test key as documented, to the byte', () => {
  for (const card of ['6225768888888888', ' 6225 7688-8888 8888']) {
    expect(answered(card, 'match', 'test')).toBe(
      '{"Response":{"Result":"0","Description":"查询成功","AccountBank":"招商银行信用卡","AccountType":2,' +
        '"RequestId":"74e742e8-f91d-49c3-9744-c20f3baca117"}}',
    )
  }
})

test('a card is told by bank and number of its kind', () => {
  const informed = (card: string) => {
    const { AccountBank, AccountType } = JSON.parse(answered(card, 'match')).Response
    return [AccountBank, AccountType]
  }
  expect(informed('6225768888888888')).toEqual(['招商银行', 2])
  expect(informed('6226090210146748')).toEqual(['招商银行', 1])
})

test('a card that is not found has an empty bank and kind -1, also after any other outcome', () => {
  for (const outcome of ['no_record', 'source_busy', 'card_malformed'] as const) {
    const { Response } = JSON.parse(answered('6225768888888888', outcome))
    expect(Response).toMatchObject({ AccountBank: '', AccountType: -1 })
  }
  expect(JSON.parse(answered('6225768888888888', 'no_record')).Response).toMatchObject({
    Result: '-1',
    Description: '未查到信息',
  })
})

test('a card of the sandbox has the bank of the sandbox, for test keys only', () => {
  const bankOf = (mode: Key['mode']) => {
    return JSON.parse(answered('6299990000000009', 'match', mode)).Response.AccountBank
  }
  expect([bankOf('test'), bankOf('live')]).toEqual(['沙箱银行', ''])
})

test('it takes the card number and nothing else', () => {
  const decoded = (body: object) => {
    return (face.read(signedPost(JSON.stringify(body), ACTION)) as TencentCall).decode()
  }
  expect(decoded({})).toEqual({ fault: 'parameter_missing', field: 'BankCard' })
  expect(decoded({ BankCard: '6225768888888888', Name: '韦小宝' })).toEqual({
    fault: 'parameter_unknown',
    field: 'Name',
  })
})
