/** How one attempt on a vendor ended, and what follows from it for cost, card and vendor. */
import {
  strange,
  VENDOR_FAULTS,
  type VendorReading,
  verdict,
} from '../../protocols/vendor-client.ts'
import { endingOf, type GuardEnding } from '../guardian.ts'
import type { AttemptEnd, AttemptState } from '../store.ts'
import type { Health } from './breaker.ts'
import type { Exchange, HttpTrouble, Phase } from './http-client.ts'

export interface AttemptReport extends VendorReading {
  /** How far the request got. */
  readonly phase: Phase
}

/** The answer is late, and may still come. */
export interface OpenReport extends AttemptReport {
  /** What came after all; undefined when nothing did. */
  readonly late?: Promise<AttemptReport | undefined>
}

/** An attempt of which nothing left us. */
export function unreached(code: HttpTrouble | 'pool_full' | 'not_ready'): AttemptReport {
  const row = { ...verdict('source_busy', 'free', 'chosen'), next: 'fail_over' } as const
  return { ...row, phase: 'unreached', code, reference: '' }
}

/** An attempt that ended without a whole reply. Once all was sent, it may have been charged. */
export function broken({ phase, trouble }: Exclude<Exchange, { phase: 'replied' }>): AttemptReport {
  if (phase === 'unreached') return unreached(trouble)
  return { ...strange('failed'), phase, code: trouble }
}

const STATES = { paid: 'settled', free: 'free', unknown: 'unknown' } as const satisfies Record<
  VendorReading['charge'],
  AttemptState
>

/** The end of the cost row. */
export function rowEnd(
  { charge, phase, code, reference }: AttemptReport,
  atMs: number,
): AttemptEnd {
  return { state: STATES[charge], phase, code, reference, atMs }
}

/** What the attempt was to the card: a busy vendor may have asked the issuer all the same. */
export function guardEnding({ phase, fault, outcome }: AttemptReport): GuardEnding {
  if (phase === 'unreached') return 'unasked'
  if (fault !== undefined) return VENDOR_FAULTS[fault].asked ? 'failed' : 'unasked'
  return endingOf(outcome)
}

/** What the attempt says of the vendor. */
export function healthOf({ phase, fault }: AttemptReport): Health {
  if (phase !== 'replied') return 'ill'
  return fault === undefined ? 'well' : VENDOR_FAULTS[fault].health
}
