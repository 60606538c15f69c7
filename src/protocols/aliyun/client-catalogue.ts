/**
 * What a reply of 1887 and its siblings means to us as their customer. No page says which codes are
 * charged beside a verdict; so whatever the product behind the gateway may have asked for is unknown.
 */
import {
  type ReplyRow,
  type RowMark,
  refused,
  untold,
  type VendorFault,
  verdict,
} from '../vendor-client.ts'
import { type BusinessCode, textOf } from './catalogue.ts'

/** By `data.state` of a success. */
export const STATES: ReadonlyMap<string, ReplyRow> = new Map([
  ['1', verdict('match', 'paid', 'documented')],
  ['2', verdict('mismatch', 'paid', 'documented')],
  // 异常情况: a state of the card, which one is not told.
  ['3', verdict('card_abnormal', 'unknown', 'documented')],
])

const MARK: RowMark = 'inferred'
const UNTOLD = untold('failed', MARK)
const NOT_ASKED = (fault: VendorFault) => refused(fault, MARK)
const NO_RECORD = verdict('no_record', 'unknown', MARK)

/** Every code but the success. */
const CODES = {
  '10001': NOT_ASKED('request_refused'),
  '10002': UNTOLD,
  '10003': UNTOLD,
  '10004': UNTOLD,
  '10005': NOT_ASKED('credential_refused'),
  '10006': NOT_ASKED('request_refused'),
  '10007': UNTOLD,
  '10008': NOT_ASKED('request_refused'),
  '10009': NOT_ASKED('request_refused'),
  '10010': NOT_ASKED('not_subscribed'),
  '10011': UNTOLD,
  '10012': UNTOLD,
  '10013': NOT_ASKED('request_refused'),
  '10014': NOT_ASKED('not_subscribed'),
  '10015': NO_RECORD,
  '10016': UNTOLD,
  '10017': UNTOLD,
  '10018': NOT_ASKED('request_refused'),
  '10019': UNTOLD,
  '10020': verdict('attempts_exceeded', 'free', MARK),
} as const satisfies Record<Exclude<BusinessCode, '10000'>, ReplyRow>

/** Codes that mean something else when they come with the text of 2018. */
const CODES_2018: { readonly [C in BusinessCode]?: ReplyRow } = {
  '10013': UNTOLD,
  '10018': NO_RECORD,
  '10019': verdict('issuer_unsupported', 'unknown', MARK),
}

/** Codes that another path uses in its own sense. */
const SIBLING_CODES: Readonly<Record<string, { readonly [C in BusinessCode]?: ReplyRow }>> = {
  'aliyun.2140': { '10016': NO_RECORD },
}

/** The rows of an operation for replies whose message is `message`. */
export function codeRowsOf(api: string, message: string): ReadonlyMap<string, ReplyRow> {
  const old = Object.entries(CODES_2018).filter(([code]) => {
    return textOf(code as BusinessCode, 'vendor2018') === message
  })
  return new Map<string, ReplyRow>([
    ...Object.entries(CODES),
    ...old,
    ...Object.entries(SIBLING_CODES[api] ?? {}),
  ])
}
