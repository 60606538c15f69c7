/**
 * Every status of 四川涪擎 `bankCheck4New` that we can receive (market item cmapi028807).
 *
 * No page says which statuses are charged beside a verdict on the person, so the rest is `unknown`:
 * a cost row of it stays open until the vendor's bill closes it. A busy vendor is for that reason no
 * ground to ask another one.
 */
import type { Outcome } from '../../domain/outcome.ts'
import { type ReplyRow, untold, verdict } from '../vendor-client.ts'

/** Card states, in the vendor's order from 03 to 13. */
const CARD_STATES: readonly Outcome[] = [
  'cnp_not_enabled',
  'card_confiscated',
  'card_invalid',
  'issuer_unknown',
  'card_dormant',
  'card_retained',
  'card_lost',
  'card_expired',
  'card_restricted',
  'pin_tries_exceeded',
  'issuer_unsupported',
]
const FIRST_CARD_STATE = 3

/** By `status`. */
export const STATUSES: ReadonlyMap<string, ReplyRow> = new Map([
  ['01', verdict('match', 'paid', 'observed')],
  ['02', verdict('mismatch', 'paid', 'observed')],
  ...CARD_STATES.map((outcome, i) => {
    const status = String(FIRST_CARD_STATE + i).padStart(2, '0')
    return [status, verdict(outcome, 'unknown', 'observed')] as const
  }),
  ['14', verdict('card_abnormal', 'unknown', 'observed')],
  // The card’s PIN, end date or security code: its state, as we ask for none of them.
  ['16', verdict('card_abnormal', 'unknown', 'observed')],
  ['202', verdict('issuer_unsupported', 'unknown', 'observed')],
  ['203', verdict('attempts_exceeded', 'unknown', 'observed')],
  ['204', verdict('name_malformed', 'unknown', 'observed')],
  ['205', verdict('id_malformed', 'unknown', 'observed')],
  ['206', verdict('card_malformed', 'unknown', 'observed')],
  ['208', verdict('card_restricted', 'unknown', 'observed')],
  ['209', verdict('mobile_malformed', 'unknown', 'observed')],
  ['211', verdict('mobile_malformed', 'unknown', 'observed')],
  ['3999', untold('failed', 'observed')],
  ['9999', untold('busy', 'observed')],
])
