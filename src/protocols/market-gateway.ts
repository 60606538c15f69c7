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
const ADDRESS = refused('ip_refused', 'documented')
const THROTTLED = refused('throttled', 'documented')
const REQUEST = refused('request_refused', 'documented')
/** The gateway says that it did not get through to the product behind it. */
const NOT_THROUGH = refused('unavailable', 'documented')
const UNTOLD = untold('failed', 'inferred')

/** Codes of `X-Ca-Error-Code`, by what they say of us or of the vendor. */
const CODES_OF: readonly (readonly [row: ReplyRow, codes: string])[] = [
  [CREDENTIAL, 'A400MA A400AC A401AC A400IK A403IS S403TE I400MH'],
  // What a plug-in of the API's wants to see of who calls: none of these vendors has one.
  [CREDENTIAL, 'I400JR I400JD I400JP S403JI S403JU A403JT A403JK A403JE'],
  [CREDENTIAL, 'A403OL A403OU A401OT A401OM'],
  [SUBSCRIPTION, 'I403AA A403EP B403MI B403OD A403PR A403AC B451DO B451GO'],
  [ARREARS, 'B403MQ B403ME B403MO'],
  [ADDRESS, 'A403IP A403IN A403VN'],
  [THROTTLED, 'T429PA T429GR T429MR T429ID T429IN T429PR T429SR'],
  [REQUEST, 'I404NF I404DO I404SR I404NR I404CO I404CH I404DD I410GG I405UM I400SG I403PT'],
  [REQUEST, 'I413UL I413RL I400HD I400BD I400PA I400RU I400CT I400I5 I400NC I400MP I400IP'],
  [REQUEST, 'S403NU A403CO'],
  [NOT_THROUGH, 'X503BZ D504CO D504RE D504IL D504CS D503BB D503CB'],
  // The gateway's own settings of the API do not hold: nothing behind it is ever called.
  [NOT_THROUGH, 'A403FC I508LD X500ED X500AM X400PM X403DG'],
  [UNTOLD, 'D504TO D502FC N502RE X500ER X504TO X504VE'],
]

const CODES: ReadonlyMap<string, ReplyRow> = new Map(
  CODES_OF.flatMap(([row, codes]) => codes.split(' ').map((code) => [code, row] as const)),
)

/** Classic instances send no code; their texts begin so. */
const LEGACY: readonly (readonly [beginning: string, code: string])[] = [
  ['Invalid AppCode', 'A400AC'],
  ['Invalid AppKey', 'A400IK'],
  ['Invalid AppSecret', 'A400IK'],
  ['Invalid Signature', 'A403IS'],
  ['Empty Signature', 'I400MH'],
  ['Timestamp Expired', 'S403TE'],
  ['Invalid Timestamp', 'S403TE'],
  ['Nonce Used', 'S403NU'],
  ['Invalid Url', 'I404NF'],
  ['API Not Found', 'I404NF'],
  ['Invalid Domain', 'I404DO'],
  ['Invalid HttpMethod', 'I405UM'],
  ['API unsupport the channel', 'I403PT'],
  ['Invalid Param Location', 'I400IP'],
  ['Empty Request Body', 'I400BD'],
  ['Invalid Request Body', 'I400BD'],
  ['Unsupported Multipart', 'I400BD'],
  ['Invalid Content-MD5', 'I400I5'],
  ['Request URL too Large', 'I413UL'],
  ['Request body too Large', 'I413RL'],
  ['Throttled by', 'T429PA'],
  ['Quota Exhausted', 'B403MQ'],
  ['Api Market Subscription quota exhausted', 'B403MQ'],
  ['Quota Expired', 'B403ME'],
  ['User Arrears', 'B403MO'],
  ['Unauthorized', 'I403AA'],
  ['Expiry of Authorization', 'A403EP'],
  ['Access denied by IP', 'A403IP'],
  ['Async Service', 'D504TO'],
  ['Failed To Invoke Backend Service', 'D502FC'],
  ['Internal Error', 'X500ER'],
  // Not that of the modern set, which says that no product was asked: of this one nobody knows.
  ['Service Unavailable', 'X504TO'],
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
