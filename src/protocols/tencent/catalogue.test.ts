/** The tables against the vendor's pages: numbers, charges, codes and texts in both languages. */
import { describe, expect, test } from 'vitest'
import { FAULT_NAMES } from '../../domain/fault.ts'
import { OUTCOME_NAMES } from '../../domain/outcome.ts'
import { type Action, ERRORS, type Quotes, RESULTS, resultsOf } from './catalogue.ts'

const QUOTES: Quotes = {
  field: 'X',
  reason: 'y',
  count: 21,
  limit: 20,
  requestId: '74e742e8-f91d-49c3-9744-c20f3baca117',
  action: 'BankCard4EVerification',
}

/** Result codes of the reference page that are free; all others cost a unit. */
const FREE_4E = ['-2', '-3', '-4', '-5', '-18', '-19', '-20']

/** Outcomes an action has no number for, because it does not take that element. */
const FOREIGN = {
  BankCard4EVerification: [],
  BankCardVerification: ['mobile_malformed'],
  BankCard2EVerification: ['mobile_malformed', 'id_malformed', 'id_type_unsupported'],
} satisfies { [A in Action]?: string[] }

/** The actions that compare elements, whose tables are one table shifted. */
const ACTIONS = Object.keys(FOREIGN) as (keyof typeof FOREIGN)[]
const EDITIONS = ['reference', '2025-06'] as const
const ROWS = ACTIONS.flatMap((action) => EDITIONS.map((edition) => ({ action, edition })))

test('the four-element action has the 21 numbers of the reference page, charged as it says', () => {
  const own = Object.values(RESULTS.BankCard4EVerification).filter((row) => !row.alias)
  expect(own.map((row) => row.result).sort((a, b) => Number(b) - Number(a))).toEqual(
    Array.from({ length: 21 }, (_, i) => String(i === 0 ? 0 : -i)),
  )
  const free = own.filter((row) => !row.billable).map((row) => row.result)
  expect(free.sort((a, b) => Number(b) - Number(a))).toEqual(FREE_4E)
})

describe.each(ROWS)('$action in edition $edition', ({ action, edition }) => {
  const rows = resultsOf(action, edition)

  test('every number belongs to one outcome when it is read', () => {
    const own = Object.values(rows).filter((row) => !row.alias)
    expect(new Set(own.map((row) => row.result)).size).toBe(own.length)
    for (const row of Object.values(rows)) {
      expect(own.filter(({ result }) => result === row.result)).toHaveLength(1)
    }
  })

  test('numbers are those of four elements, closed up where the action takes fewer', () => {
    const four = resultsOf('BankCard4EVerification', edition)
    const foreign: readonly string[] = FOREIGN[action]
    const order = OUTCOME_NAMES.filter((name) => !foreign.includes(name) && !four[name].alias)
    order.sort((a, b) => Number(four[b].result) - Number(four[a].result))
    expect(order.map((name) => Number(rows[name].result))).toEqual(order.map((_, i) => 0 - i))
  })

  test('an outcome costs the same whichever action and edition met it', () => {
    const four = resultsOf('BankCard4EVerification', 'reference')
    const foreign: readonly string[] = FOREIGN[action]
    for (const name of OUTCOME_NAMES.filter((name) => !foreign.includes(name))) {
      expect(rows[name].billable).toBe(four[name].billable)
    }
  })

  test('an unknown card answers exactly as a mismatch', () => {
    expect(rows.no_record).toMatchObject({ result: '-1', billable: rows.mismatch.billable })
  })

  test('what the action cannot meet would at least be free', () => {
    for (const name of FOREIGN[action]) {
      expect(rows[name as keyof typeof rows].billable).toBe(false)
    }
  })
})

test('the table of CheckBankCardInformation is its own, with seven numbers', () => {
  const rows = Object.values(RESULTS.CheckBankCardInformation)
  const own = rows.filter((row) => !row.alias)
  const numbers = (billable: boolean) => {
    return own.filter((row) => row.billable === billable).map(({ result }) => result)
  }
  expect(numbers(true).sort()).toEqual(['-1', '-5', '0'])
  expect(numbers(false).sort()).toEqual(['-2', '-3', '-4', '-6'])
  for (const row of rows) expect(own.filter(({ result }) => result === row.result)).toHaveLength(1)
  expect(RESULTS.CheckBankCardInformation.card_malformed.billable).toBe(false)
})

test('the edition of June 2025 changes what that edition changed and no more', () => {
  const changed = OUTCOME_NAMES.filter(
    (name) =>
      resultsOf('BankCard4EVerification', 'reference')[name] !==
      resultsOf('BankCard4EVerification', '2025-06')[name],
  )
  expect(changed).toEqual(['card_abnormal', 'card_malformed'])
  const { card_abnormal, card_malformed } = resultsOf('BankCard4EVerification', '2025-06')
  expect([card_abnormal.result, card_abnormal.description]).toEqual(['-21', '卡状态异常或卡号错误'])
  expect([card_malformed.result, card_malformed.description]).toEqual(['-4', '银行卡号格式有误'])
})

/** Public codes of every product (page 1388/114322) and the codes of the action. */
const CODES = `ActionOffline AuthFailure.InvalidAuthorization AuthFailure.SecretIdNotFound
  AuthFailure.SignatureExpire AuthFailure.SignatureFailure AuthFailure.TokenFailure
  AuthFailure.UnauthorizedOperation InternalError InvalidAction InvalidParameter
  InvalidParameterValue IpNotInWhitelist LimitExceeded MissingParameter NoSuchProduct NoSuchVersion
  RequestLimitExceeded RequestSizeLimitExceeded ServiceUnavailable UnknownParameter
  UnsupportedProtocol FailedOperation.DecryptSystemError FailedOperation.StsUnAuthErrError
  InvalidParameter.UnsupportEncryptField UnauthorizedOperation.Arrears
  UnauthorizedOperation.ChargeStatusException UnauthorizedOperation.NonAuthorize
  UnauthorizedOperation.Nonactivated`.split(/\s+/)

test.each(FAULT_NAMES)('%s has a documented code and a text in each language', (name) => {
  const row = ERRORS[name]
  expect(CODES).toContain(row.code)
  expect(row.en(QUOTES)).toMatch(/^[A-Z[][\x20-\x7e\n]+$/)
  expect(row.zh(QUOTES)).toMatch(/[\u4e00-\u9fff]/)
})

test('the codes our refusals use are exactly the closed list', () => {
  expect(new Set(FAULT_NAMES.map((name) => ERRORS[name].code))).toEqual(new Set(CODES))
})

test.each([
  [
    'parameter_missing',
    'The request is missing a required parameter `X`.',
    '请求缺少必传参数 `X`。',
  ],
  [
    'header_missing',
    'The request header is missing a required common parameter `X`.',
    '请求头部缺少必传的公共参数 `X`。',
  ],
  ['header_invalid', 'Parameter `X` format invalid.', '参数 `X` 格式非法。'],
  ['parameter_repeated', 'Parameter `X` input repeated.', '参数 `X` 重复输入。'],
  [
    'parameter_list_invalid',
    'Parameter `X` invalid array format, array index must be continuous and starts with 0.',
    '参数 `X` 是非法是数组格式，数组下标必须是连续的而且从0下标开始。',
  ],
  [
    'parameter_type_invalid',
    'The value type of parameter `X` is not valid.',
    '参数 `X` 取值类型错误。',
  ],
  [
    'parameter_value_invalid',
    'A value specified in `X` is not valid, is unsupported, or cannot be used.',
    '参数 `X` 取值错误。',
  ],
  [
    'body_digest_mismatch',
    'The value specified in `X-TC-Content-SHA256` is not correct.',
    '参数 `X-TC-Content-SHA256` 计算值不正确。',
  ],
  ['parameter_unknown', 'The parameter `X` is not recognized.', '参数 `X` 无法识别。'],
  [
    'parameter_pair_malformed',
    'Url key and value should be splited by `=`.',
    '参数错误，请求URL中参数key和value必须以 `=` 分隔。',
  ],
  [
    'parameter_name_empty',
    'The request has a parameter key which is empty string.',
    '参数错误，请求参数key不能为空字符串。',
  ],
  [
    'content_encoding_unsupported',
    'The request content not valid json format for specified content-type=application/json.',
    '对于指定content-type=application/json协议下，请求内容不是合法的Json格式。',
  ],
  [
    'rate_limited',
    'Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a second. Please reduce the frequency of calls.',
    '您当前每秒请求 `21` 次，超过了每秒频率上限 `20`，请稍后重试。',
  ],
  [
    'key_unknown',
    'The SecretId is not found, please ensure that your SecretId is correct.',
    'SecretId不存在，请输入正确的密钥。',
  ],
  [
    'signature_mismatch',
    'The provided credentials could not be validated. Please check your signature is correct.',
    '请求签名验证失败，请检查您的签名计算是否正确。',
  ],
  [
    'internal',
    'An internal error has occurred. Retry your request, but if the problem persists, contact us.',
    '内部服务错误，请稍后重试。',
  ],
] as const)('%s speaks the exact texts of the error centre', (name, en, zh) => {
  expect(ERRORS[name].en(QUOTES)).toBe(en)
  expect(ERRORS[name].zh(QUOTES)).toBe(zh)
})

test('texts that depend on what is known have both their forms', () => {
  const unknown = { ...QUOTES, count: undefined, field: '' }
  expect(ERRORS.rate_limited.en(unknown)).not.toContain('`')
  expect(ERRORS.body_malformed.en(unknown)).toContain('not valid json format')
  expect(ERRORS.body_malformed.en(QUOTES)).toBe('Parameter `X` format invalid.')
  const size = { ...QUOTES, reason: 'size' }
  expect(ERRORS.signature_mismatch.en(size)).toContain('exceeding request size limit')
  expect(ERRORS.signature_mismatch.zh(size)).toContain('请求包大小超过限制')
})
