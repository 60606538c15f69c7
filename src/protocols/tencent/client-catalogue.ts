/**
 * What a reply of Tencent's means to us as its customer: the results of each action in all editions,
 * read from the table that the server half writes from, and the error codes (1388/114322, the
 * action's own page). Errors are never charged (1007/47911).
 */
import { OUTCOME_NAMES, OUTCOMES, type Outcome } from '../../domain/outcome.ts'
import { type ReplyRow, type RowMark, refused, verdict } from '../vendor-client.ts'
import { type Action, type Mark, type ResultRow, resultsOf } from './catalogue.ts'
import { RESULT_EDITIONS } from './options.ts'

const MARKS: Readonly<Record<Mark, RowMark>> = {
  D: 'documented',
  R: 'observed',
  S: 'documented',
  i: 'chosen',
}

/** The rows of an action by the number it answers with. */
export function resultRowsOf(action: Action): ReadonlyMap<string, ReplyRow> {
  const rows = new Map<string, ReplyRow>()
  for (const edition of RESULT_EDITIONS) {
    const results = resultsOf(action, edition)
    for (const outcome of OUTCOME_NAMES) {
      const row = results[outcome]
      if (!row.alias) rows.set(row.result, replyRowOf(outcome, row))
    }
  }
  return rows
}

function replyRowOf(outcome: Outcome, { billable, mark }: ResultRow): ReplyRow {
  if (OUTCOMES[outcome] === 'unavailable') return refused('busy', MARKS[mark])
  return verdict(outcome, billable ? 'paid' : 'free', MARKS[mark])
}

const CREDENTIAL = refused('credential_refused', 'documented')
const SUBSCRIPTION = refused('not_subscribed', 'documented')
const ADDRESS = refused('ip_refused', 'documented')
const THROTTLED = refused('throttled', 'documented')
const REQUEST = refused('request_refused', 'documented')
const UNAVAILABLE = refused('busy', 'documented')

/** Every error code that a call of ours can meet. */
export const ERROR_ROWS: ReadonlyMap<string, ReplyRow> = new Map([
  ['AuthFailure.InvalidAuthorization', CREDENTIAL],
  ['AuthFailure.InvalidSecretId', CREDENTIAL],
  ['AuthFailure.MFAFailure', CREDENTIAL],
  ['AuthFailure.SecretIdNotFound', CREDENTIAL],
  ['AuthFailure.SignatureExpire', CREDENTIAL],
  ['AuthFailure.SignatureFailure', CREDENTIAL],
  ['AuthFailure.TokenFailure', CREDENTIAL],
  ['AuthFailure.UnauthorizedOperation', SUBSCRIPTION],
  ['UnauthorizedOperation', SUBSCRIPTION],
  ['UnauthorizedOperation.ActivateError', SUBSCRIPTION],
  ['UnauthorizedOperation.Activating', SUBSCRIPTION],
  ['UnauthorizedOperation.NonAuthorize', SUBSCRIPTION],
  ['UnauthorizedOperation.Nonactivated', SUBSCRIPTION],
  ['UnauthorizedOperation.Arrears', refused('arrears', 'documented')],
  ['UnauthorizedOperation.ChargeStatusException', refused('arrears', 'documented')],
  ['IpInBlacklist', ADDRESS],
  ['IpNotInWhitelist', ADDRESS],
  ['LimitExceeded', THROTTLED],
  ['FailedOperation.RequestLimitExceeded', THROTTLED],
  ['RequestLimitExceeded', THROTTLED],
  ['RequestLimitExceeded.GlobalRegionUinLimitExceeded', THROTTLED],
  ['RequestLimitExceeded.IPLimitExceeded', THROTTLED],
  ['RequestLimitExceeded.UinLimitExceeded', THROTTLED],
  ['ActionOffline', REQUEST],
  ['DryRunOperation', REQUEST],
  ['FailedOperation.DecryptSystemError', REQUEST],
  ['FailedOperation.StsUnAuthErrError', REQUEST],
  ['InvalidAction', REQUEST],
  ['InvalidParameter', REQUEST],
  ['InvalidParameter.UnsupportEncryptField', REQUEST],
  ['InvalidParameterValue', REQUEST],
  ['InvalidRequest', REQUEST],
  ['MissingParameter', REQUEST],
  ['NoSuchProduct', REQUEST],
  ['NoSuchVersion', REQUEST],
  ['RequestSizeLimitExceeded', REQUEST],
  ['UnknownParameter', REQUEST],
  ['UnsupportedOperation', REQUEST],
  ['UnsupportedProtocol', REQUEST],
  ['UnsupportedRegion', REQUEST],
  ['FailedOperation', UNAVAILABLE],
  ['FailedOperation.EncryptSystemError', UNAVAILABLE],
  ['FailedOperation.UnKnown', UNAVAILABLE],
  ['InternalError', UNAVAILABLE],
  ['InternalError.EncryptSystemError', UNAVAILABLE],
  ['InternalError.UnKnown', UNAVAILABLE],
  ['ResourceInUse', UNAVAILABLE],
  ['ResourceInsufficient', UNAVAILABLE],
  ['ResourceNotFound', UNAVAILABLE],
  ['ResourceUnavailable', UNAVAILABLE],
  ['ResponseSizeLimitExceeded', UNAVAILABLE],
  ['ServiceUnavailable', UNAVAILABLE],
])
