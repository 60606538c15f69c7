/**
 * Every code of 聚合 `verifybankcard4` (product 213) that we can receive: results of the product and
 * the platform's own errors. What `res` 3 and 4 mean differs between its documents: unknown.
 */
import { type ReplyRow, refused, untold, verdict } from '../vendor-client.ts'

/** What an envelope with another `error_code` than this says is in `ERRORS`. */
export const SUCCESS = '0'

/** By `result.res`. */
export const RESULTS: ReadonlyMap<string, ReplyRow> = new Map([
  ['1', verdict('match', 'paid', 'documented')],
  ['2', verdict('mismatch', 'paid', 'documented')],
  ['3', untold('failed', 'observed')],
  ['4', untold('failed', 'observed')],
])

const CREDENTIAL = refused('credential_refused', 'inferred')
const ARREARS = refused('arrears', 'inferred')

/** By `error_code`: the platform’s errors, which it gives before it asks the product. */
export const ERRORS: ReadonlyMap<string, ReplyRow> = new Map([
  ['10001', CREDENTIAL],
  ['10002', refused('not_subscribed', 'inferred')],
  ['10003', CREDENTIAL],
  ['10004', CREDENTIAL],
  ['10005', refused('not_subscribed', 'inferred')],
  ['10007', refused('request_refused', 'inferred')],
  ['10008', refused('ip_refused', 'inferred')],
  ['10009', CREDENTIAL],
  ['10011', refused('throttled', 'inferred')],
  ['10012', ARREARS],
  ['10013', ARREARS],
  ['10014', untold('failed', 'inferred')],
  // 接口维护
  ['10020', refused('unavailable', 'inferred')],
  ['10021', refused('not_subscribed', 'inferred')],
])
