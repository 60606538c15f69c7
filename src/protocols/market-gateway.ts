/**
 * What every product behind the market's API gateway has in common for its callers: the AppCode, and
 * the gateway's own refusals (help.aliyun.com, API Gateway error codes).
 */
import {
  type ReplyRow,
  readingOf,
  refused,
  replyHeader,
  strange,
  untold,
  type VendorAsk,
  type VendorReading,
  type VendorReply,
} from './vendor-client.ts'

const CREDENTIAL = refused('credential_refused', 'documented')
const SUBSCRIPTION = refused('not_subscribed', 'documented')
const ARREARS = refused('arrears', 'documented')
const THROTTLED = refused('throttled', 'documented')
const REQUEST = refused('request_refused', 'documented')
/** The gateway says that it did not get through to the product behind it. */
const NOT_THROUGH = refused('unavailable', 'documented')
const UNTOLD = untold('failed', 'inferred')

/** Codes of `X-Ca-Error-Code`. */
const CODES: ReadonlyMap<string, ReplyRow> = new Map([
  ...['A400MA', 'A400AC', 'A401AC', 'A400IK', 'A403IS', 'S403TE', 'I400MH'].map(
    (code) => [code, CREDENTIAL] as const,
  ),
  ...['I403AA', 'A403EP', 'B403MI', 'B403OD', 'A403PR'].map(
    (code) => [code, SUBSCRIPTION] as const,
  ),
  ...['B403MQ', 'B403ME', 'B403MO'].map((code) => [code, ARREARS] as const),
  ['A403IP', refused('ip_refused', 'documented')],
  ...['T429PA', 'T429GR', 'T429MR', 'T429ID', 'T429IN', 'T429PR', 'T429SR'].map(
    (code) => [code, THROTTLED] as const,
  ),
  ...['I404NF', 'I404DO', 'I405UM', 'I400SG', 'I403PT', 'I413UL', 'I413RL', 'I400HD'].map(
    (code) => [code, REQUEST] as const,
  ),
  ...['I400BD', 'I400PA', 'I400RU', 'I400CT', 'I400I5', 'I400NC', 'I400MP', 'I400IP'].map(
    (code) => [code, REQUEST] as const,
  ),
  ['S403NU', REQUEST],
  ...['X503BZ', 'D504CO', 'D504RE', 'D504IL', 'D504CS', 'D503BB', 'D503CB'].map(
    (code) => [code, NOT_THROUGH] as const,
  ),
  ...['D504TO', 'D502FC', 'N502RE', 'X500ER', 'X504TO', 'X504VE'].map(
    (code) => [code, UNTOLD] as const,
  ),
])

/** Classic instances send no code; their texts begin so. */
const LEGACY: readonly (readonly [beginning: string, code: string])[] = [
  ['Invalid AppCode', 'A400AC'],
  ['Invalid AppKey', 'A400IK'],
  ['Invalid Signature', 'A403IS'],
  ['Empty Signature', 'I400MH'],
  ['Timestamp Expired', 'S403TE'],
  ['Nonce Used', 'S403NU'],
  ['Invalid Url', 'I404NF'],
  ['Invalid HttpMethod', 'I405UM'],
  ['Throttled by', 'T429PA'],
  ['Quota Exhausted', 'B403MQ'],
  ['Quota Expired', 'B403ME'],
  ['User Arrears', 'B403MO'],
  ['Unauthorized', 'I403AA'],
  ['Async Service', 'D504TO'],
]

/** The gateway's codes under the header that carries them. */
export const GATEWAY_CODES = { 'X-Ca-Error-Code': CODES } as const

/** The header by which an AppCode calls. */
export function appCodeHeader({ credential }: VendorAsk): readonly [string, string] {
  return ['Authorization', `APPCODE ${credential.secret.reveal()}`]
}

/**
 * What a reply says that is not the product's own; undefined for one that is. A success may carry an
 * error header too (`OK`), so the status is looked at first.
 */
export function readGateway(reply: VendorReply): VendorReading | undefined {
  if (reply.status === 200) return undefined
  const reference = replyHeader(reply, 'x-ca-request-id') ?? ''
  const code = replyHeader(reply, 'x-ca-error-code') ?? legacyCode(reply)
  return code === undefined ? strange('failed') : readingOf(CODES, code, reference)
}

function legacyCode(reply: VendorReply): string | undefined {
  const message = replyHeader(reply, 'x-ca-error-message') ?? ''
  return LEGACY.find(([beginning]) => message.startsWith(beginning))?.[1]
}
