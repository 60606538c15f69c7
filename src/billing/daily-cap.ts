/**
 * How many units each capped key has taken on a Beijing day: counted with the charge, in the same
 * transaction, so that no crash and no race can take one more than the cap.
 */
import { beijingDay } from '../domain/beijing.ts'
import type { Lane } from './command.ts'

/** What a store keeps of a key: only its newest day. */
export interface KeyDay {
  readonly keyId: string
  /** Number of the Beijing day, see `beijingDay`. */
  readonly day: number
  readonly used: number
}

/** Reads what the store has of a key, of whatever day; undefined when it never counted one. */
export type LoadKeyDay = (keyId: string) => KeyDay | undefined

type CappedLane = Pick<Lane, 'keyId' | 'dailyCap'>

export class DailyCaps {
  readonly #load: LoadKeyDay
  readonly #days = new Map<string, KeyDay>()
  readonly #touched = new Set<string>()

  constructor(load: LoadKeyDay) {
    this.#load = load
  }

  /** Whether the key has no unit left on the day of ledger time `atMs`. */
  reached({ keyId, dailyCap = 0 }: CappedLane, atMs: number): boolean {
    return dailyCap > 0 && this.#on(keyId, atMs).used >= dailyCap
  }

  /** Counts a unit that was just taken. */
  take({ keyId, dailyCap = 0 }: CappedLane, atMs: number): void {
    if (dailyCap > 0) this.#count(this.#on(keyId, atMs), 1)
  }

  /** Gives a unit back that was taken at `takenMs`, if that is still the same day. */
  giveBack({ keyId, dailyCap = 0 }: CappedLane, takenMs: number, atMs: number): void {
    if (dailyCap === 0 || beijingDay(takenMs) !== beijingDay(atMs)) return
    const day = this.#on(keyId, atMs)
    if (day.used > 0) this.#count(day, -1)
  }

  /** The keys that were counted since the last call, to be saved once each. */
  takeTouched(): KeyDay[] {
    const touched = [...this.#touched].map((keyId) => this.#days.get(keyId)!)
    this.#touched.clear()
    return touched
  }

  #on(keyId: string, atMs: number): KeyDay {
    const day = beijingDay(atMs)
    const known = this.#days.get(keyId) ?? this.#load(keyId)
    const present = known?.day === day ? known : { keyId, day, used: 0 }
    this.#days.set(keyId, present)
    return present
  }

  #count({ keyId, day, used }: KeyDay, units: number): void {
    this.#days.set(keyId, { keyId, day, used: used + units })
    this.#touched.add(keyId)
  }
}
