/**
 * Every code and text that the Tencent face sends of its own accord, one row each. The codes that no
 * refusal reaches are in `specimens.ts`; nothing else in the project writes any.
 *
 * Results: page 1007/35775 (four elements) and the sibling actions of faceid 2018-03-01. Errors: the
 * public codes (1388/114322), the signature pages (213/30654) and the ten codes of the action's page.
 */
import type { Fault, FaultName } from '../../domain/fault.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { ResultEdition } from './options.ts'

/**
 * How a row is known: `D` official documentation, `R` a reply of the real service quoted in public,
 * `S` a data file of an official SDK, `i` our own choice where nothing is known.
 */
export type Mark = 'D' | 'R' | 'S' | 'i'

export interface ResultRow {
  readonly result: string
  readonly description: string
  readonly billable: boolean
  readonly mark: Mark
  /** Shares its number with another outcome's row, which is the one the number means when read. */
  readonly alias: boolean
}

function charged(result: string, description: string, mark: Mark = 'D'): ResultRow {
  return { result, description, billable: true, mark, alias: false }
}

function free(result: string, description: string, mark: Mark = 'D'): ResultRow {
  return { result, description, billable: false, mark, alias: false }
}

/** Our choice where the vendor has no number of its own for an outcome. */
function as(row: ResultRow): ResultRow {
  return { ...row, mark: 'i', alias: true }
}

const MISMATCH = charged('-1', '认证未通过')
const CARD_INVALID_4E = charged('-9', '无效卡号')
const CARD_INVALID_3E = charged('-8', '无效卡号', 'S')
const CARD_INVALID_2E = charged('-7', '无效卡号', 'S')
const BUSY_4E = free('-18', '验证中心服务繁忙')
const BUSY_3E = free('-17', '验证中心服务繁忙', 'S')
const BUSY_2E = free('-16', '验证中心服务繁忙', 'S')
const BUSY_INFORMATION = free('-2', '验证中心服务繁忙', 'S')
const NOT_FOUND = charged('-1', '未查到信息', 'S')
const CARD_VOID = charged('-5', '卡号无效', 'S')

/** Results of each action in the reference edition. The numbers shift between the actions. */
export const RESULTS = {
  BankCard4EVerification: {
    match: charged('0', '认证通过'),
    mismatch: MISMATCH,
    no_record: as(MISMATCH),
    name_malformed: free('-2', '姓名校验不通过'),
    id_malformed: free('-3', '身份证号码有误'),
    card_malformed: free('-4', '银行卡号码有误'),
    mobile_malformed: free('-5', '手机号码不合法'),
    holder_mismatch: charged('-6', '持卡人信息有误'),
    cnp_not_enabled: charged('-7', '未开通无卡支付'),
    card_confiscated: charged('-8', '此卡被没收'),
    card_invalid: CARD_INVALID_4E,
    card_abnormal: as(CARD_INVALID_4E),
    issuer_unknown: charged('-10', '此卡无对应发卡行'),
    card_dormant: charged('-11', '该卡未初始化或睡眠卡'),
    card_retained: charged('-12', '作弊卡、吞卡'),
    card_lost: charged('-13', '此卡已挂失'),
    card_expired: charged('-14', '该卡已过期'),
    card_restricted: charged('-15', '受限制的卡'),
    pin_tries_exceeded: charged('-16', '密码错误次数超限'),
    issuer_unsupported: charged('-17', '发卡行不支持此交易'),
    source_busy: BUSY_4E,
    source_unknown: as(BUSY_4E),
    attempts_exceeded: free('-19', '验证次数超限，请次日重试'),
    id_type_unsupported: free('-20', '该证件号暂不支持核验，当前仅支持二代身份证'),
  },
  BankCardVerification: {
    match: charged('0', '认证通过', 'S'),
    mismatch: MISMATCH,
    no_record: as(MISMATCH),
    name_malformed: free('-2', '姓名校验不通过', 'S'),
    id_malformed: free('-3', '身份证号码有误', 'S'),
    card_malformed: free('-4', '银行卡号格式有误', 'S'),
    holder_mismatch: charged('-5', '持卡人信息有误', 'S'),
    cnp_not_enabled: charged('-6', '未开通无卡支付', 'S'),
    card_confiscated: charged('-7', '此卡被没收', 'S'),
    card_invalid: CARD_INVALID_3E,
    card_abnormal: as(CARD_INVALID_3E),
    issuer_unknown: charged('-9', '此卡无对应发卡行', 'S'),
    card_dormant: charged('-10', '该卡未初始化或睡眠卡', 'S'),
    card_retained: charged('-11', '作弊卡、吞卡', 'S'),
    card_lost: charged('-12', '此卡已挂失', 'S'),
    card_expired: charged('-13', '该卡已过期', 'S'),
    card_restricted: charged('-14', '受限制的卡', 'S'),
    pin_tries_exceeded: charged('-15', '密码错误次数超限', 'S'),
    issuer_unsupported: charged('-16', '发卡行不支持此交易', 'S'),
    source_busy: BUSY_3E,
    source_unknown: as(BUSY_3E),
    attempts_exceeded: free('-18', '验证次数超限，请次日重试', 'S'),
    id_type_unsupported: free('-19', '该证件号暂不支持核验，当前仅支持二代身份证', 'S'),
    mobile_malformed: as(BUSY_3E),
  },
  BankCard2EVerification: {
    match: charged('0', '认证通过', 'S'),
    mismatch: MISMATCH,
    no_record: as(MISMATCH),
    name_malformed: free('-2', '姓名校验不通过', 'S'),
    card_malformed: free('-3', '银行卡号格式有误', 'S'),
    holder_mismatch: charged('-4', '持卡人信息有误', 'S'),
    cnp_not_enabled: charged('-5', '未开通无卡支付', 'S'),
    card_confiscated: charged('-6', '此卡被没收', 'S'),
    card_invalid: CARD_INVALID_2E,
    card_abnormal: as(CARD_INVALID_2E),
    issuer_unknown: charged('-8', '此卡无对应发卡行', 'S'),
    card_dormant: charged('-9', '该卡未初始化或睡眠卡', 'S'),
    card_retained: charged('-10', '作弊卡、吞卡', 'S'),
    card_lost: charged('-11', '此卡已挂失', 'S'),
    card_expired: charged('-12', '该卡已过期', 'S'),
    card_restricted: charged('-13', '受限制的卡', 'S'),
    pin_tries_exceeded: charged('-14', '密码错误次数超限', 'S'),
    issuer_unsupported: charged('-15', '发卡行不支持此交易', 'S'),
    source_busy: BUSY_2E,
    source_unknown: as(BUSY_2E),
    attempts_exceeded: free('-17', '验证次数超限，请次日重试', 'S'),
    id_malformed: as(BUSY_2E),
    id_type_unsupported: as(BUSY_2E),
    mobile_malformed: as(BUSY_2E),
  },
  // It asks about the card alone: no outcome on a holder or on the state of a card can be met.
  CheckBankCardInformation: {
    match: charged('0', '查询成功', 'S'),
    no_record: NOT_FOUND,
    mismatch: as(NOT_FOUND),
    holder_mismatch: as(NOT_FOUND),
    card_invalid: CARD_VOID,
    // What is refused before a source was asked costs nothing here, in any action.
    card_malformed: { ...as(CARD_VOID), billable: false },
    source_busy: BUSY_INFORMATION,
    source_unknown: as(BUSY_INFORMATION),
    issuer_unknown: free('-3', '银行卡不存在', 'S'),
    attempts_exceeded: free('-4', '认证次数超过当日限制，请次日重试', 'S'),
    issuer_unsupported: free('-6', '暂不支持该银行卡种', 'S'),
    name_malformed: as(BUSY_INFORMATION),
    id_malformed: as(BUSY_INFORMATION),
    mobile_malformed: as(BUSY_INFORMATION),
    id_type_unsupported: as(BUSY_INFORMATION),
    cnp_not_enabled: as(BUSY_INFORMATION),
    card_confiscated: as(BUSY_INFORMATION),
    card_dormant: as(BUSY_INFORMATION),
    card_retained: as(BUSY_INFORMATION),
    card_lost: as(BUSY_INFORMATION),
    card_expired: as(BUSY_INFORMATION),
    card_restricted: as(BUSY_INFORMATION),
    pin_tries_exceeded: as(BUSY_INFORMATION),
    card_abnormal: as(BUSY_INFORMATION),
  },
} as const satisfies Record<string, Record<Outcome, ResultRow>>

export type Action = keyof typeof RESULTS

/** What the edition of 2025-06-12 changed. */
const RESULTS_2025_06 = {
  BankCard4EVerification: {
    card_malformed: free('-4', '银行卡号格式有误', 'S'),
    card_abnormal: charged('-21', '卡状态异常或卡号错误', 'S'),
  },
  BankCardVerification: { card_abnormal: charged('-20', '卡状态异常或卡号错误', 'S') },
  BankCard2EVerification: { card_abnormal: charged('-18', '卡状态异常或卡号错误', 'S') },
  CheckBankCardInformation: {},
} satisfies Record<Action, Partial<Record<Outcome, ResultRow>>>

/** The result table of an action in an edition. */
export function resultsOf(action: Action, edition: ResultEdition): Record<Outcome, ResultRow> {
  return edition === 'reference'
    ? RESULTS[action]
    : { ...RESULTS[action], ...RESULTS_2025_06[action] }
}

/** What an error text may quote; what a caller spelled has been scrubbed before. */
export interface Quotes {
  readonly field: string
  readonly reason: string
  readonly count: number | undefined
  readonly limit: number | undefined
  readonly requestId: string
  readonly action: string
}

export interface ErrorRow {
  readonly code: string
  readonly en: (quotes: Quotes) => string
  readonly zh: (quotes: Quotes) => string
}

function fixed(code: string, en: string, zh: string): ErrorRow {
  return { code, en: () => en, zh: () => zh }
}

const NO_PRODUCT = fixed('NoSuchProduct', 'The product does not exist.', '产品不存在。')
const SIZE = fixed(
  'RequestSizeLimitExceeded',
  'The request size exceeds the upper limit.',
  '请求包超过限制大小。',
)
const NOT_JSON = fixed(
  'InvalidParameter',
  'The request content not valid json format for specified content-type=application/json.',
  '对于指定content-type=application/json协议下，请求内容不是合法的Json格式。',
)
const INTERNAL = fixed(
  'InternalError',
  'An internal error has occurred. Retry your request, but if the problem persists, contact us.',
  '内部服务错误，请稍后重试。',
)
const UNAVAILABLE = fixed(
  'ServiceUnavailable',
  'Service is unavailable now.',
  '当前服务暂时不可用。',
)
const EXPIRED = fixed(
  'AuthFailure.SignatureExpire',
  'The signature is expired, please request again.',
  '签名过期。Timestamp和服务器时间相差不得超过五分钟，请检查本地时间是否和标准时间同步。',
)
const ARREARS = fixed('UnauthorizedOperation.Arrears', 'The account is in arrears.', '账号已欠费。')
const CHARGE_STATUS = fixed(
  'UnauthorizedOperation.ChargeStatusException',
  'The billing status is abnormal.',
  '计费状态异常。',
)
const NOT_ACTIVATED = fixed(
  'UnauthorizedOperation.Nonactivated',
  'The service has not been activated.',
  '未开通服务。',
)
const HEADER_MISSING: ErrorRow = {
  code: 'MissingParameter',
  en: (q) => `The request header is missing a required common parameter \`${q.field}\`.`,
  zh: (q) => `请求头部缺少必传的公共参数 \`${q.field}\`。`,
}
const MISSING: ErrorRow = {
  code: 'MissingParameter',
  en: (q) => `The request is missing a required parameter \`${q.field}\`.`,
  zh: (q) => `请求缺少必传参数 \`${q.field}\`。`,
}
const FORMAT: ErrorRow = {
  code: 'InvalidParameter',
  en: (q) => `Parameter \`${q.field}\` format invalid.`,
  zh: (q) => `参数 \`${q.field}\` 格式非法。`,
}
const REPEATED: ErrorRow = {
  code: 'InvalidParameter',
  en: (q) => `Parameter \`${q.field}\` input repeated.`,
  zh: (q) => `参数 \`${q.field}\` 重复输入。`,
}

function noPermission(q: Quotes): string {
  const what = `you are not authorized to perform operation (faceid:${q.action})`
  return `[[request id:${q.requestId}]${what}\nresource (*) has no permission\n]`
}

/**
 * The error of each refusal. Several refusals of ours share a code where the vendor has no finer one;
 * each such line is a choice.
 */
export const ERRORS = {
  credential_missing: fixed(
    'MissingParameter',
    'The request header is missing a required common parameter `Authorization`.',
    '请求头部缺少必传的公共参数 `Authorization`。',
  ),
  credential_malformed: fixed(
    'AuthFailure.InvalidAuthorization',
    'The request `Authorization` header does not conform to tencentcloud standards: `Credential` not valid.',
    '请求头部的`Authorization`不符合腾讯云标准。',
  ),
  key_unknown: fixed(
    'AuthFailure.SecretIdNotFound',
    'The SecretId is not found, please ensure that your SecretId is correct.',
    'SecretId不存在，请输入正确的密钥。',
  ),
  signature_missing: fixed(
    'MissingParameter',
    'The request is missing a required parameter `Signature`.',
    '请求缺少必传参数 `Signature`。',
  ),
  signature_mismatch: {
    code: 'AuthFailure.SignatureFailure',
    en: (q) =>
      q.reason === 'size'
        ? 'The provided credentials could not be validated because of exceeding request size limit, please use new signature method `TC3-HMAC-SHA256`.'
        : 'The provided credentials could not be validated. Please check your signature is correct.',
    zh: (q) =>
      q.reason === 'size'
        ? '由于请求包大小超过限制，请求签名验证失败，请使用新的签名方法 `TC3-HMAC-SHA256`。'
        : '请求签名验证失败，请检查您的签名计算是否正确。',
  },
  signature_expired: EXPIRED,
  token_invalid: fixed(
    'AuthFailure.TokenFailure',
    'Token verification failed, please check if your Token is correct.',
    'token错误。',
  ),
  nonce_replayed: EXPIRED,
  header_missing: HEADER_MISSING,
  header_invalid: FORMAT,
  header_repeated: REPEATED,
  route_unknown: NO_PRODUCT,
  method_unknown: fixed(
    'UnsupportedProtocol',
    'HTTP(S) request protocol error; only GET and POST requests are supported.',
    'http(s)请求协议错误，只支持GET和POST请求。',
  ),
  stage_unknown: NO_PRODUCT,
  action_unknown: {
    code: 'InvalidAction',
    en: (q) =>
      `The request action=\`${q.reason}\` is invalid or not found in service=\`faceid\` and version=\`2018-03-01\`.`,
    zh: () => '接口不存在。',
  },
  version_unknown: {
    code: 'NoSuchVersion',
    en: (q) => `The specified api version=\`${q.reason}\` does not exist in service=\`faceid\`.`,
    zh: () => '接口版本不存在。',
  },
  head_too_large: SIZE,
  body_too_large: SIZE,
  body_malformed: {
    code: 'InvalidParameter',
    en: (q) => (q.field === '' ? NOT_JSON.en(q) : FORMAT.en(q)),
    zh: (q) => (q.field === '' ? NOT_JSON.zh(q) : FORMAT.zh(q)),
  },
  body_digest_mismatch: fixed(
    'InvalidParameterValue',
    'The value specified in `X-TC-Content-SHA256` is not correct.',
    '参数 `X-TC-Content-SHA256` 计算值不正确。',
  ),
  content_type_unsupported: {
    code: 'InvalidParameter',
    en: (q) => `The request action not support Content-Type=\`${q.reason}\`.`,
    zh: (q) => `接口不支持 Content-Type=\`${q.reason}\`。`,
  },
  content_encoding_unsupported: NOT_JSON,
  parameter_missing: MISSING,
  parameter_unknown: {
    code: 'UnknownParameter',
    en: (q) => `The parameter \`${q.field}\` is not recognized.`,
    zh: (q) => `参数 \`${q.field}\` 无法识别。`,
  },
  parameter_repeated: REPEATED,
  parameter_type_invalid: {
    code: 'InvalidParameter',
    en: (q) => `The value type of parameter \`${q.field}\` is not valid.`,
    zh: (q) => `参数 \`${q.field}\` 取值类型错误。`,
  },
  parameter_value_invalid: {
    code: 'InvalidParameterValue',
    en: (q) =>
      `A value specified in \`${q.field}\` is not valid, is unsupported, or cannot be used.`,
    zh: (q) => `参数 \`${q.field}\` 取值错误。`,
  },
  parameter_list_invalid: {
    code: 'InvalidParameter',
    en: (q) =>
      `Parameter \`${q.field}\` invalid array format, array index must be continuous and starts with 0.`,
    zh: (q) => `参数 \`${q.field}\` 是非法是数组格式，数组下标必须是连续的而且从0下标开始。`,
  },
  parameter_pair_malformed: fixed(
    'InvalidParameter',
    'Url key and value should be splited by `=`.',
    '参数错误，请求URL中参数key和value必须以 `=` 分隔。',
  ),
  parameter_name_empty: fixed(
    'InvalidParameter',
    'The request has a parameter key which is empty string.',
    '参数错误，请求参数key不能为空字符串。',
  ),
  decrypt_failed: fixed('FailedOperation.DecryptSystemError', 'Decryption failed.', '解密失败。'),
  encrypt_field_unsupported: fixed(
    'InvalidParameter.UnsupportEncryptField',
    'Unencrypted fields exist. Refer to the documentation to modify.',
    '存在不加密的字段，请参考文档修改。',
  ),
  encrypt_not_authorized: fixed(
    'FailedOperation.StsUnAuthErrError',
    'STS unauthorized.',
    'STS未授权。',
  ),
  rate_limited: {
    code: 'RequestLimitExceeded',
    en: (q) =>
      q.count === undefined || q.limit === undefined
        ? 'Your current request times in a second exceeds the frequency limit. Please reduce the frequency of calls.'
        : `Your current request times equals to \`${q.count}\` in a second, which exceeds the frequency limit \`${q.limit}\` for a second. Please reduce the frequency of calls.`,
    zh: (q) =>
      q.count === undefined || q.limit === undefined
        ? '您当前每秒请求次数超过了频率上限，请稍后重试。'
        : `您当前每秒请求 \`${q.count}\` 次，超过了每秒频率上限 \`${q.limit}\`，请稍后重试。`,
  },
  key_cap_reached: fixed('LimitExceeded', 'Quota limit exceeded.', '超过配额限制。'),
  identity_not_verified: fixed(
    'UnauthorizedOperation.NonAuthorize',
    'Identity verification has not been completed for the account.',
    '账号未实名。',
  ),
  not_activated: NOT_ACTIVATED,
  not_subscribed: NOT_ACTIVATED,
  quota_exhausted: ARREARS,
  subscription_expired: ARREARS,
  arrears: ARREARS,
  charge_state_abnormal: CHARGE_STATUS,
  account_frozen: CHARGE_STATUS,
  ip_forbidden: fixed(
    'IpNotInWhitelist',
    'Your IP is not in uin IP whitelist.',
    'IP地址不在白名单中。',
  ),
  permission_denied: {
    code: 'AuthFailure.UnauthorizedOperation',
    en: (q) =>
      `You are not authorized to perform this operation. Check your CAM policies, and ensure that you are using the correct access keys. ${noPermission(q)}`,
    zh: (q) => `操作未授权，请检查CAM策略。${noPermission(q)}`,
  },
  api_offline: fixed('ActionOffline', 'This API has been deprecated.', '接口已下线。'),
  overloaded: UNAVAILABLE,
  draining: UNAVAILABLE,
  store_unavailable: INTERNAL,
  internal: INTERNAL,
} satisfies Record<FaultName, ErrorRow>

/** Codes that only the key management service has (GenerateDataKey, 2019-01-18). */
export const DATA_KEY_ERRORS: Readonly<Record<string, ErrorRow>> = {
  'InvalidParameterValue.InvalidKeyId': fixed(
    'InvalidParameterValue.InvalidKeyId',
    'The KeyId is invalid.',
    'KeyId不合法。',
  ),
  'ResourceUnavailable.CmkNotFound': fixed(
    'ResourceUnavailable.CmkNotFound',
    'The CMK does not exist.',
    'CMK不存在。',
  ),
  'FailedOperation.EncryptionError': fixed(
    'FailedOperation.EncryptionError',
    'Encryption failed.',
    '加密操作失败。',
  ),
}

/** The row of a refusal that names one of those codes. */
export function dataKeyErrorOf({ specimen }: Fault): ErrorRow | undefined {
  return specimen === undefined ? undefined : DATA_KEY_ERRORS[specimen]
}

/** Whether a text is one of the actions we speak. */
export function isAction(text: string): text is Action {
  return Object.hasOwn(RESULTS, text)
}
