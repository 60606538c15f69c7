/**
 * Every code and text of the Aliyun face, each written once: the business codes of
 * `/communication/personal/1887` (product page, 银行卡四要素接口说明文档) and the gateway errors
 * (help.aliyun.com, API Gateway error codes).
 *
 * The `mark` of a row says how we know it: `documented` by a vendor page, `observed` in a live reply
 * or in public client code, `inferred` from its neighbours, `chosen` by this project.
 */
import type { FaultName } from '../../domain/fault.ts'
import type { Outcome } from '../../domain/outcome.ts'

/** How we know a row. */
export type Mark = 'documented' | 'observed' | 'inferred' | 'chosen'

/** Two editions of the texts: the product page, and the vendor's document of August 2018. */
export type CodeTexts = 'pdd' | 'vendor2018'

interface TextRow {
  readonly pdd: string
  /** Where the edition of 2018 differs. */
  readonly vendor2018?: string
}

/** Business codes with their texts. The code is the contract; programs show the text to people. */
export const TEXTS = {
  '10000': { pdd: '成功' },
  '10001': { pdd: '参数传入有误' },
  '10002': { pdd: '访问失败' },
  '10003': { pdd: '请求超时' },
  '10004': { pdd: '系统异常' },
  '10005': { pdd: '用户验证失败' },
  '10006': { pdd: '查询参数错误' },
  '10007': { pdd: '调用接口失败' },
  '10008': { pdd: '请检查请求参数' },
  '10009': { pdd: '请求报文格式错误' },
  '10010': { pdd: '访问受限' },
  '10011': { pdd: '接口访问失败', vendor2018: '请求地址错误' },
  '10012': { pdd: '请求失败', vendor2018: '接口访问失败' },
  '10013': { pdd: '无效参数', vendor2018: '请求失败' },
  '10014': { pdd: '该接口已停用' },
  '10015': { pdd: '未查询到数据' },
  '10016': { pdd: '接口调用异常' },
  '10017': { pdd: '查询失败' },
  '10018': { pdd: '参数错误', vendor2018: '查询无记录' },
  '10019': { pdd: '系统异常', vendor2018: '不支持此卡的信息校验，请持卡人咨询银行' },
  '10020': { pdd: '同一参数请求次数超限' },
} as const satisfies Record<string, TextRow>

export type BusinessCode = keyof typeof TEXTS

/**
 * Codes of the platform behind the vendor's own host (document of August 2018), where an API key
 * travels as parameter `key`. Texts are written without blanks between Latin and Chinese.
 */
export const PLATFORM_TEXTS = {
  SYSTEM_000: 'key参数不能为空',
  SYSTEM_001: '找不到这个key',
  SYSTEM_002: '调用次数已用完',
  SYSTEM_003: '用户该接口状态为不可用',
  SYSTEM_004: '接口信息不存在',
  SYSTEM_005: '你没有认证信息',
  SYSTEM_009: '必须认证审核通过才可以使用',
  SYSTEM_011: '接口缺少参数',
  SYSTEM_012: '没有ip访问权限',
  SYSTEM_013: '接口模板不存在',
  SYSTEM_014: '接口模板没开启',
  SYSTEM_015: '该接口已下架',
  SYSTEM_017: '模板配置的平台参数与请求的参数不一致',
  SYSTEM_019: '调用第三方协议配置错误',
  SYSTEM_020: '调用第三方产生异常',
  SYSTEM_022: '调用第三方返回的数据格式错误',
  SYSTEM_025: '你没有购买此接口',
  SYSTEM_026: '用户信息不存在',
  SYSTEM_027: '请求第三方地址超时，请稍后再试',
  SYSTEM_028: '请求第三方地址被拒绝，请稍后再试',
  SYSTEM_029: '返回示例错误',
  SYSTEM_034: '签名不合法',
  SYSTEM_035: '请求参数加密有误',
  SYSTEM_036: '验签失败',
  SYSTEM_037: 'timestamp不能为空',
  SYSTEM_038: '请求繁忙，请稍候再试',
  SYSTEM_039: '请在个人中心接口设置加密状态',
  SYSTEM_040: 'timestamp不合法',
  SYSTEM_041: 'timestamp过期',
  SYSTEM_042: '身份证手机号等不符合规则',
  SYSTEM_043: '当前您的接口覆盖范围不能满足本次数据验证，请升级API接口套餐获取更丰富的服务',
  SYSTEM_900: 'IP不合法',
  SYSTEM_999: '接口处理异常',
} as const

export type PlatformCode = keyof typeof PLATFORM_TEXTS

/** 1 验证一致, 2 验证不一致, 3 异常情况. Present exactly with code 10000. */
export type State = '1' | '2' | '3'

/** One row of the result table. */
export interface ResultRow {
  readonly code: BusinessCode
  readonly state?: State
  /** Code without state that replaces the row where the texts of 2018 are chosen. */
  readonly vendor2018?: BusinessCode
  readonly billable: boolean
  readonly mark: Mark
}

const cardState = {
  code: '10000',
  state: '3',
  billable: false,
  mark: 'chosen',
} as const satisfies ResultRow
const malformed = { code: '10001', billable: false, mark: 'chosen' } as const satisfies ResultRow

/** What each outcome is called on this face, and whether it costs a call. */
export const RESULTS = {
  match: { code: '10000', state: '1', billable: true, mark: 'documented' },
  mismatch: { code: '10000', state: '2', billable: true, mark: 'documented' },
  holder_mismatch: { code: '10000', state: '2', billable: true, mark: 'chosen' },
  // An unknown card answers as a mismatch does, charge included, so that nobody can tell them apart.
  no_record: { code: '10000', state: '2', billable: true, mark: 'chosen' },
  cnp_not_enabled: cardState,
  card_confiscated: cardState,
  card_invalid: cardState,
  issuer_unknown: cardState,
  card_dormant: cardState,
  card_retained: cardState,
  card_lost: cardState,
  card_expired: cardState,
  card_restricted: cardState,
  pin_tries_exceeded: cardState,
  issuer_unsupported: { ...cardState, vendor2018: '10019' },
  card_abnormal: cardState,
  name_malformed: malformed,
  id_malformed: malformed,
  card_malformed: malformed,
  mobile_malformed: malformed,
  id_type_unsupported: malformed,
  attempts_exceeded: { code: '10020', billable: false, mark: 'documented' },
  source_busy: { code: '10016', billable: false, mark: 'chosen' },
  source_unknown: { code: '10003', billable: false, mark: 'chosen' },
} as const satisfies Record<Outcome, ResultRow>

/** Where the table of another operation is known to differ from that of 1887. */
interface SiblingTable {
  readonly texts: { readonly [C in BusinessCode]?: string }
  readonly results: { readonly [O in Outcome]?: ResultRow }
}

/** By name of the operation. Code tables are per path; what is not here is taken from 1887. */
export const SIBLINGS: Readonly<Record<string, SiblingTable>> = {
  'aliyun.2140': {
    texts: { '10016': '未查询到数据' },
    // There 10016 would say that the card does not exist.
    results: { source_busy: { code: '10007', billable: false, mark: 'chosen' } },
  },
}

/** One refusal of the gateway layer, as instances of today word it and as the classic ones did. */
export interface GatewayRow {
  readonly status: number
  /** Six characters; the second to fourth are the status. */
  readonly code: string
  /** `{field}`, `{reason}`, `{method}`, `{path}` and `{stringToSign}` are filled in. */
  readonly text: string
  readonly legacyStatus: number
  readonly legacyText: string
  readonly mark: Mark
}

function gateway(
  code: string,
  text: string,
  legacy: `${number} ${string}`,
  mark: Mark,
): GatewayRow {
  const status = Number(code.slice(1, 4))
  const legacyStatus = Number(legacy.slice(0, 3))
  return { status, code, text, legacyStatus, legacyText: legacy.slice(4), mark }
}

/** Refusals of the gateway layer; several share a code and differ in text. */
export const GATEWAY = {
  route: gateway('I404NF', 'API not found with `{method} {path}`', '400 Invalid Url', 'documented'),
  method: gateway(
    'I405UM',
    'Unsupported Method `{method}`',
    '400 Invalid HttpMethod',
    'documented',
  ),
  stage: gateway('I400SG', 'Invalid Stage', '400 Invalid Url', 'documented'),
  headSize: gateway('I413UL', 'Request URL too Large', '413 Request URL too Large', 'documented'),
  bodySize: gateway('I413RL', 'Request body too Large', '413 Request body too Large', 'documented'),
  contentEncoding: gateway(
    'I400HD',
    'Invalid Header `Content-Encoding` {reason} unsupported',
    '400 Invalid Request Body',
    'chosen',
  ),
  contentType: gateway(
    'I400CT',
    'Invalid Content-Type: `{reason}`',
    '400 Invalid Request Body',
    'documented',
  ),
  headerRepeated: gateway(
    'I400HD',
    'Invalid Header `{field}` repeated',
    '400 Invalid Request Body',
    'chosen',
  ),
  headerInvalid: gateway(
    'I400HD',
    'Invalid Header `{field}` {reason}',
    '400 Invalid Request Body',
    'documented',
  ),
  headerMissing: gateway(
    'I400MH',
    'Header `{field}` is Required',
    '400 Invalid AppKey',
    'observed',
  ),
  credentialMissing: gateway(
    'A400MA',
    'Need authorization, `X-Ca-Key` or `Authorization: APPCODE ...` is required',
    '400 Invalid AppCode',
    'documented',
  ),
  appCodeUnknown: gateway(
    'A400AC',
    'Invalid AppCode `not exists`',
    '400 Invalid AppCode',
    'documented',
  ),
  appKeyUnknown: gateway('A400IK', 'Invalid AppKey', '400 Invalid AppKey', 'documented'),
  signatureMissing: gateway(
    'I400MH',
    'Header `X-Ca-Signature` is Required',
    '404 Empty Signature',
    'inferred',
  ),
  signatureMismatch: gateway(
    'A403IS',
    'Invalid Signature, Server StringToSign:`{stringToSign}`',
    '400 Invalid Signature, Server StringToSign:`{stringToSign}`',
    'documented',
  ),
  timestampExpired: gateway(
    'S403TE',
    'X-Ca-Timestamp is expired',
    '400 Timestamp Expired',
    'documented',
  ),
  nonceUsed: gateway('S403NU', 'Nonce Used', '400 Nonce Used', 'documented'),
  bodyDigest: gateway(
    'I400I5',
    'Invalid Content-MD5 {reason}',
    '400 Invalid Content-MD5',
    'documented',
  ),
  unauthorized: gateway('I403AA', 'Unauthorized', '403 Unauthorized', 'documented'),
  quotaExhausted: gateway(
    'B403MQ',
    'Api Market Subscription quota exhausted',
    '403 Quota Exhausted',
    'observed',
  ),
  subscriptionExpired: gateway(
    'B403ME',
    'Api Market Subscription expired',
    '403 Quota Expired',
    'documented',
  ),
  subscriptionInvalid: gateway(
    'B403MI',
    'Api Market Subscription invalid',
    '403 Unauthorized',
    'documented',
  ),
  arrears: gateway('B403MO', 'Api Market Subscription overdue', '403 User Arrears', 'observed'),
  ipForbidden: gateway(
    'A403IP',
    'Access denied by IP Control Policy',
    '403 Access denied by IP Control Policy',
    'observed',
  ),
  rateOfApi: gateway(
    'T429PA',
    'Throttled by API Flow Control',
    '403 Throttled by API Flow Control',
    'documented',
  ),
  rateOfKey: gateway(
    'T429MR',
    'Too Many Requests, throttle by `AppCode`',
    '403 Throttled by APP Flow Control',
    'chosen',
  ),
  rateOfServer: gateway(
    'T429IN',
    'Throttled by INSTANCE Flow Control',
    '503 Service Unavailable',
    'observed',
  ),
  busy: gateway('X503BZ', 'Service Busy', '503 Service Unavailable', 'documented'),
  internal: gateway('X500ER', 'Service Internal Error', '500 Internal Error', 'documented'),
} as const satisfies Record<string, GatewayRow>

/** What is wrong with a header, for the texts that leave room for it. */
export const REASONS = {
  timestamp: 'is not a number of milliseconds',
  signatureMethod: 'is neither HmacSHA256 nor HmacSHA1',
  bodyDigest: 'does not match the body',
} as const

export type GatewayName = keyof typeof GATEWAY

/**
 * Which layer speaks a refusal. What is checked before the request is decoded answers in gateway
 * form, what is checked later in business form; with both, the position decides.
 */
export type FaultRow = (
  | { readonly gateway: GatewayName; readonly business?: never }
  | { readonly business: BusinessCode; readonly gateway?: never }
  | { readonly gateway: GatewayName; readonly business: BusinessCode }
) & {
  /** Replaces `gateway` for calls with an AppKey. */
  readonly signed?: GatewayName
  /** Replaces both for calls on the direct face. */
  readonly direct?: PlatformCode
}

/** How each refusal is spoken. */
export const REFUSALS = {
  credential_missing: { gateway: 'credentialMissing', direct: 'SYSTEM_000' },
  credential_malformed: { gateway: 'credentialMissing', direct: 'SYSTEM_000' },
  key_unknown: { gateway: 'appCodeUnknown', signed: 'appKeyUnknown', direct: 'SYSTEM_001' },
  signature_missing: { gateway: 'signatureMissing', direct: 'SYSTEM_034' },
  signature_mismatch: { gateway: 'signatureMismatch', direct: 'SYSTEM_036' },
  signature_expired: { gateway: 'timestampExpired', direct: 'SYSTEM_041' },
  // This face has no temporary keys; the row only closes the table.
  token_invalid: { gateway: 'appCodeUnknown', signed: 'appKeyUnknown' },
  nonce_replayed: { gateway: 'nonceUsed' },
  // On the direct face the only ones of their kind are `timestamp` among the parameters.
  header_missing: { gateway: 'headerMissing', direct: 'SYSTEM_037' },
  header_invalid: { gateway: 'headerInvalid', direct: 'SYSTEM_040' },
  header_repeated: { gateway: 'headerRepeated' },
  route_unknown: { gateway: 'route' },
  method_unknown: { gateway: 'method' },
  stage_unknown: { gateway: 'stage' },
  // Path and method are all that names an operation here, so these two are an unknown route.
  action_unknown: { gateway: 'route' },
  version_unknown: { gateway: 'route' },
  head_too_large: { gateway: 'headSize' },
  body_too_large: { gateway: 'bodySize' },
  body_malformed: { business: '10009' },
  body_digest_mismatch: { gateway: 'bodyDigest' },
  content_type_unsupported: { gateway: 'contentType' },
  content_encoding_unsupported: { gateway: 'contentEncoding' },
  parameter_missing: { business: '10001' },
  parameter_unknown: { business: '10001' },
  parameter_repeated: { business: '10001' },
  parameter_type_invalid: { business: '10001' },
  parameter_value_invalid: { business: '10001' },
  parameter_list_invalid: { business: '10001' },
  parameter_pair_malformed: { business: '10001' },
  parameter_name_empty: { business: '10001' },
  // Only the direct face has encrypted elements; elsewhere the rows only close the table.
  decrypt_failed: { business: '10001', direct: 'SYSTEM_035' },
  encrypt_field_unsupported: { business: '10001', direct: 'SYSTEM_039' },
  encrypt_not_authorized: { business: '10001', direct: 'SYSTEM_039' },
  rate_limited: { gateway: 'rateOfApi', direct: 'SYSTEM_038' },
  key_cap_reached: { gateway: 'rateOfKey', direct: 'SYSTEM_038' },
  identity_not_verified: { gateway: 'unauthorized', direct: 'SYSTEM_005' },
  not_activated: { gateway: 'unauthorized', direct: 'SYSTEM_025' },
  not_subscribed: { gateway: 'unauthorized', direct: 'SYSTEM_025' },
  quota_exhausted: { gateway: 'quotaExhausted', direct: 'SYSTEM_002' },
  subscription_expired: { gateway: 'subscriptionExpired', direct: 'SYSTEM_002' },
  arrears: { gateway: 'arrears', direct: 'SYSTEM_003' },
  charge_state_abnormal: { gateway: 'subscriptionInvalid', direct: 'SYSTEM_003' },
  account_frozen: { gateway: 'unauthorized', direct: 'SYSTEM_003' },
  ip_forbidden: { gateway: 'ipForbidden', direct: 'SYSTEM_012' },
  permission_denied: { gateway: 'unauthorized', direct: 'SYSTEM_003' },
  api_offline: { business: '10014', direct: 'SYSTEM_015' },
  overloaded: { gateway: 'rateOfServer', direct: 'SYSTEM_038' },
  draining: { gateway: 'busy', direct: 'SYSTEM_038' },
  store_unavailable: { gateway: 'busy', business: '10004', direct: 'SYSTEM_999' },
  internal: { gateway: 'internal', business: '10004', direct: 'SYSTEM_999' },
} as const satisfies Record<FaultName, FaultRow>

/** Text of a business code in the chosen edition, as an operation words it. */
export function textOf(code: BusinessCode, edition: CodeTexts, api = ''): string {
  const row: TextRow = TEXTS[code]
  const own = SIBLINGS[api]?.texts[code]
  if (own !== undefined) return own
  return (edition === 'vendor2018' ? row.vendor2018 : undefined) ?? row.pdd
}

/** Text of a code of either layer. */
export function messageOf(code: BusinessCode | PlatformCode, edition: CodeTexts, api = ''): string {
  return code in PLATFORM_TEXTS
    ? PLATFORM_TEXTS[code as PlatformCode]
    : textOf(code as BusinessCode, edition, api)
}

/** Code and state of an outcome in the chosen edition, as an operation answers it. */
export function resultOf(
  outcome: Outcome,
  edition: CodeTexts,
  api = '',
): Pick<ResultRow, 'code' | 'state'> {
  const row: ResultRow = SIBLINGS[api]?.results[outcome] ?? RESULTS[outcome]
  if (edition === 'vendor2018' && row.vendor2018 !== undefined) return { code: row.vendor2018 }
  return row
}
