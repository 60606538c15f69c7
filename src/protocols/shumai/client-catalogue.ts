/**
 * Every code of 数脉 `bankcard4c` that we can receive (market item cmapi033467, and clients of it in
 * public). Results 0 and 1 are the charged ones by the vendor's page.
 */
import { type ReplyRow, refused, verdict } from '../vendor-client.ts'

/** What an envelope with another `code` than this says is in `CODES`. */
export const SUCCESS = '200'

/** By `data.result`. */
export const RESULTS: ReadonlyMap<string, ReplyRow> = new Map([
  ['0', verdict('match', 'paid', 'documented')],
  ['1', verdict('mismatch', 'paid', 'documented')],
  // 未认证: nobody vouches for the card, and which of its states says so is not told.
  ['2', verdict('card_abnormal', 'free', 'inferred')],
  // 已注销
  ['3', verdict('card_invalid', 'free', 'inferred')],
])

/** By `code` of the envelope. */
export const CODES: ReadonlyMap<string, ReplyRow> = new Map([
  ['400', refused('request_refused', 'documented')],
])
