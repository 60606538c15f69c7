/**
 * What an operator should be told of at once: each alarm by its name in the log and in `/metrics`, and
 * not again about the same thing within the hour.
 */
import type { Clock } from '../domain/clock.ts'
import type { Log } from './log.ts'

/** Every alarm, and how loud it is. */
export const ALARMS = {
  vendor_ejected: 'warn',
  vendor_barred: 'error',
  vendor_request_refused: 'error',
  vendor_throttles: 'warn',
  vendor_code_unlisted: 'error',
  vendor_unknown_old: 'error',
  vendor_bill_unexplained: 'error',
  vendor_certificate_ends: 'warn',
  double_pay_spent: 'warn',
  vendor_drift: 'error',
  account_fails: 'warn',
} as const satisfies Record<string, 'warn' | 'error'>

export type AlarmName = keyof typeof ALARMS

/** Names of tables, ids and numbers; never an element, never a key. */
export type AlarmFacts = Readonly<Record<string, string | number>>

const QUIET_MS = 3_600_000
/** Things that are kept quiet about at one time, the oldest forgotten first. */
const QUIET_MAX = 1_000

export class Alarms {
  readonly #log: Log
  readonly #clock: Clock
  readonly #raised = new Map<AlarmName, number>()
  readonly #quietUntilMs = new Map<string, number>()

  constructor(log: Log, clock: Clock) {
    this.#log = log
    this.#clock = clock
  }

  /** How often each alarm was raised, what was kept quiet included. */
  get raised(): ReadonlyMap<AlarmName, number> {
    return this.#raised
  }

  /** Raises an alarm; it goes to the log when nothing was said `about` this within the hour. */
  raise(alarm: AlarmName, about: string, facts: AlarmFacts): void {
    this.#raised.set(alarm, (this.#raised.get(alarm) ?? 0) + 1)
    const key = `${alarm} ${about}`
    const nowMs = this.#clock.nowMs()
    if (nowMs < (this.#quietUntilMs.get(key) ?? 0)) return
    this.#quietUntilMs.delete(key)
    if (this.#quietUntilMs.size >= QUIET_MAX) {
      this.#quietUntilMs.delete(this.#quietUntilMs.keys().next().value as string)
    }
    this.#quietUntilMs.set(key, nowMs + QUIET_MS)
    this.#log[ALARMS[alarm]]({ alarm, ...facts }, 'alarm')
  }
}
