/**
 * Everything the sandbox answers by magic: one card for each outcome and for each trouble of an
 * upstream, and the documented samples of both vendors. Data only; the generated reference page, the
 * sandbox source and the tests read it.
 *
 * Magic cards are `629999 0000000 RR L`: the prefix is assigned to no issuer, RR is the number of
 * the Tencent four-element result without its sign (90 and up: trouble), L the Luhn digit.
 */
import type { FaultName } from '../domain/fault.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Product } from '../domain/product.ts'

/** One magic card: whatever the other elements are, the answer is this one. */
export type Scenario = {
  readonly cardNumber: string
  readonly note: { readonly zh: string; readonly en: string }
  /** Milliseconds before the answer; absent = at once. */
  readonly delayMs?: number
} & ({ readonly outcome: Outcome } | { readonly fault: FaultName })

export const SCENARIOS: readonly Scenario[] = [
  {
    cardNumber: '6299990000000009',
    outcome: 'match',
    note: { zh: '一致', en: 'match' },
  },
  {
    cardNumber: '6299990000000017',
    outcome: 'mismatch',
    note: { zh: '不一致', en: 'mismatch' },
  },
  {
    cardNumber: '6299990000000025',
    outcome: 'name_malformed',
    note: { zh: '姓名格式有误', en: 'name malformed' },
  },
  {
    cardNumber: '6299990000000033',
    outcome: 'id_malformed',
    note: { zh: '证件号格式有误', en: 'ID number malformed' },
  },
  {
    cardNumber: '6299990000000041',
    outcome: 'card_malformed',
    note: { zh: '卡号格式有误', en: 'card number malformed' },
  },
  {
    cardNumber: '6299990000000058',
    outcome: 'mobile_malformed',
    note: { zh: '手机号格式有误', en: 'mobile number malformed' },
  },
  {
    cardNumber: '6299990000000066',
    outcome: 'holder_mismatch',
    note: { zh: '持卡人信息有误', en: 'cardholder details wrong' },
  },
  {
    cardNumber: '6299990000000074',
    outcome: 'cnp_not_enabled',
    note: { zh: '未开通无卡支付', en: 'card-not-present payment not enabled' },
  },
  {
    cardNumber: '6299990000000082',
    outcome: 'card_confiscated',
    note: { zh: '卡被没收', en: 'card confiscated' },
  },
  {
    cardNumber: '6299990000000090',
    outcome: 'card_invalid',
    note: { zh: '无效卡号', en: 'invalid card number' },
  },
  {
    cardNumber: '6299990000000108',
    outcome: 'issuer_unknown',
    note: { zh: '无对应发卡行', en: 'no issuer for this card' },
  },
  {
    cardNumber: '6299990000000116',
    outcome: 'card_dormant',
    note: { zh: '未初始化或睡眠卡', en: 'card not initialised or dormant' },
  },
  {
    cardNumber: '6299990000000124',
    outcome: 'card_retained',
    note: { zh: '作弊卡、吞卡', en: 'card retained as fraudulent' },
  },
  {
    cardNumber: '6299990000000132',
    outcome: 'card_lost',
    note: { zh: '已挂失', en: 'card reported lost' },
  },
  {
    cardNumber: '6299990000000140',
    outcome: 'card_expired',
    note: { zh: '已过期', en: 'card expired' },
  },
  {
    cardNumber: '6299990000000157',
    outcome: 'card_restricted',
    note: { zh: '受限制的卡', en: 'card restricted' },
  },
  {
    cardNumber: '6299990000000165',
    outcome: 'pin_tries_exceeded',
    note: { zh: '密码错误次数超限', en: 'too many wrong PINs' },
  },
  {
    cardNumber: '6299990000000173',
    outcome: 'issuer_unsupported',
    note: { zh: '发卡行不支持此交易', en: 'issuer does not support the check' },
  },
  {
    cardNumber: '6299990000000181',
    outcome: 'source_busy',
    note: { zh: '核验源繁忙', en: 'the source is busy' },
  },
  {
    cardNumber: '6299990000000199',
    outcome: 'attempts_exceeded',
    note: { zh: '核验次数超限', en: 'too many attempts today' },
  },
  {
    cardNumber: '6299990000000207',
    outcome: 'id_type_unsupported',
    note: { zh: '证件类型不支持', en: 'ID document type not supported' },
  },
  {
    cardNumber: '6299990000000215',
    outcome: 'card_abnormal',
    note: { zh: '卡状态异常', en: 'card state abnormal' },
  },
  {
    cardNumber: '6299990000000223',
    outcome: 'no_record',
    note: { zh: '登记库中没有这张卡', en: 'the registry has no such card' },
  },
  {
    cardNumber: '6299990000000900',
    outcome: 'source_unknown',
    note: { zh: '上游超时', en: 'the upstream times out after it has the request' },
  },
  {
    cardNumber: '6299990000000918',
    outcome: 'source_unknown',
    note: { zh: '上游返回 HTTP 500', en: 'the upstream answers HTTP 500' },
  },
  {
    cardNumber: '6299990000000926',
    outcome: 'source_unknown',
    note: { zh: '上游重置连接', en: 'the upstream resets the connection' },
  },
  {
    cardNumber: '6299990000000934',
    outcome: 'source_unknown',
    note: { zh: '上游返回残缺 JSON', en: 'the upstream answers truncated JSON' },
  },
  {
    cardNumber: '6299990000000942',
    fault: 'rate_limited',
    note: { zh: '频率超限', en: 'the rate limit is reached' },
  },
  {
    cardNumber: '6299990000000959',
    fault: 'quota_exhausted',
    note: { zh: '套餐用尽', en: 'the package is used up' },
  },
  {
    cardNumber: '6299990000000967',
    outcome: 'match',
    note: { zh: '3 秒后一致', en: 'a match after three seconds' },
    delayMs: 3000,
  },
  {
    cardNumber: '6299990000000975',
    outcome: 'source_unknown',
    note: { zh: '多家上游结论不一', en: 'the upstreams disagree' },
  },
]

/** A documented sample of a vendor: exactly these elements give this outcome. */
export interface Sample {
  readonly vendor: 'tencent' | 'aliyun'
  readonly product: Product
  readonly name?: string
  readonly idNumber?: string
  readonly cardNumber: string
  readonly mobile?: string
  readonly outcome: Outcome
}

const WEI = { vendor: 'tencent', name: '韦小宝', idNumber: '11204416541220243X' } as const
const CREDIT_CARD = '6225768888888888'
const DEBIT_CARD = '6226090210146748'

/**
 * The samples printed by the vendors: Tencent documents 1007/35775 (4E) and its 3E and 2E siblings,
 * which contradict each other and so are kept product by product, and CheckBankCardInformation;
 * Aliyun market page of 1887.
 */
export const SAMPLES: readonly Sample[] = [
  { ...WEI, product: 'card4', cardNumber: CREDIT_CARD, mobile: '16137688175', outcome: 'match' },
  {
    ...WEI,
    product: 'card4',
    cardNumber: DEBIT_CARD,
    mobile: '16137688175',
    outcome: 'holder_mismatch',
  },
  { ...WEI, product: 'card3', cardNumber: DEBIT_CARD, outcome: 'match' },
  { ...WEI, product: 'card3', cardNumber: CREDIT_CARD, outcome: 'mismatch' },
  { ...WEI, product: 'card2', cardNumber: CREDIT_CARD, outcome: 'match' },
  { ...WEI, product: 'card2', cardNumber: DEBIT_CARD, outcome: 'holder_mismatch' },
  { vendor: 'tencent', product: 'cardInfo', cardNumber: CREDIT_CARD, outcome: 'match' },
  {
    vendor: 'aliyun',
    product: 'card4',
    name: '张三',
    idNumber: '32132419860817421X',
    cardNumber: '6217920181755914',
    mobile: '13636643334',
    outcome: 'match',
  },
]
