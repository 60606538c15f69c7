/**
 * Codes of the vendor's closed tables that no refusal of ours reaches: the public codes (1388/114322)
 * and the unknown error of the action's page. A call with a test key gets each of them for the card
 * beside it, free, so that a client can be shown what it may one day meet.
 */
import { luhnDigit } from '../../domain/card-number.ts'
import type { Elements } from '../../domain/elements.ts'
import type { Fault } from '../../domain/fault.ts'
import type { ErrorRow } from './catalogue.ts'

/** No issuer has it; behind it the number of the action's page and two digits that name the row. */
const CARD_PREFIX = '6299993577500'

/** Code, English text and Chinese text; the place in the list is in the card number and stays. */
const ROWS = [
  ['FailedOperation.UnKnown', 'Unknown internal error.', '内部未知错误。'],
  [
    'AuthFailure.InvalidSecretId',
    'Invalid key (not a TencentCloud API key type).',
    '密钥非法（不是云API密钥类型）。',
  ],
  ['AuthFailure.MFAFailure', 'MFA failed.', 'MFA错误。'],
  [
    'DryRunOperation',
    'DryRun Operation. It means that the request would have succeeded, but the DryRun parameter was used.',
    'DryRun操作，代表请求将会是成功的，只是多传了DryRun参数。',
  ],
  ['FailedOperation', 'Operation failed.', '操作失败。'],
  [
    'InvalidRequest',
    'The multipart format of the request body is incorrect.',
    '请求body的multipart格式错误。',
  ],
  ['IpInBlacklist', 'Your IP is in uin IP blacklist.', 'IP地址在黑名单中。'],
  [
    'RequestLimitExceeded.GlobalRegionUinLimitExceeded',
    'Uin exceeds the frequency limit.',
    '主账号超过频率限制。',
  ],
  [
    'RequestLimitExceeded.IPLimitExceeded',
    'The number of ip requests exceeds the frequency limit.',
    'IP限频。',
  ],
  [
    'RequestLimitExceeded.UinLimitExceeded',
    'The number of uin requests exceeds the frequency limit.',
    '主账号限频。',
  ],
  ['ResourceInUse', 'Resource is in use.', '资源被占用。'],
  ['ResourceInsufficient', 'Insufficient resource.', '资源不足。'],
  ['ResourceNotFound', 'The resource does not exist.', '资源不存在。'],
  ['ResourceUnavailable', 'Resource is unavailable.', '资源不可用。'],
  [
    'ResponseSizeLimitExceeded',
    'The response size exceeds the upper limit.',
    '返回包超过限制大小。',
  ],
  ['UnauthorizedOperation', 'Unauthorized operation.', '未授权操作。'],
  ['UnsupportedOperation', 'Unsupported operation.', '操作不支持。'],
  ['UnsupportedRegion', 'The action not support this region.', '接口不支持所传地域。'],
] as const

/** A code with the card that brings it. */
export interface Specimen extends ErrorRow {
  readonly cardNumber: string
}

export const SPECIMENS: readonly Specimen[] = ROWS.map(([code, en, zh], index) => {
  const digits = CARD_PREFIX + String(index + 1).padStart(2, '0')
  return { cardNumber: digits + luhnDigit(digits), code, en: () => en, zh: () => zh }
})

const BY_CARD = new Map(SPECIMENS.map((row) => [row.cardNumber, row]))
const BY_CODE = new Map<string, Specimen>(SPECIMENS.map((row) => [row.code, row]))

/** The refusal that a test key's card asks for. */
export function specimenFault({ cardNumber }: Elements): Fault | undefined {
  const row = BY_CARD.get(cardNumber?.reveal().trim() ?? '')
  return row && { fault: 'internal', specimen: row.code }
}

/** The row of such a refusal. */
export function specimenRow({ specimen }: Fault): ErrorRow | undefined {
  return specimen === undefined ? undefined : BY_CODE.get(specimen)
}
