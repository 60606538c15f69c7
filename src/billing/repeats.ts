/**
 * Repeats: a byte-identical signed request gets the answer of the first, and a verdict that was
 * charged but never reached its caller can be had again free.
 */
import { FingerprintIndex } from './fingerprint-index.ts'
import type { CallRow, Meter, StoredAnswer } from './store.ts'

/** How long a repeat of a signed request is recognised: the longest validity of a signature and a minute. */
export const REPEAT_KEPT_MS = 660_000
/** How long a verdict that was not handed over can be had again. */
export const UNDELIVERED_KEPT_MS = 600_000

/** What the index is rebuilt from after a start. */
export interface RecentAnswer extends Omit<StoredAnswer, 'answer'> {
  /** Charged, and not known to have been handed over; of all others the element token is left out. */
  readonly undelivered: boolean
}

interface Flight {
  readonly landed: Promise<StoredAnswer | undefined>
  land(answer: StoredAnswer | undefined): void
}

interface Lost {
  readonly serial: number
  readonly atMs: number
}

export class Repeats {
  readonly #meter: Pick<Meter, 'answerOf' | 'delivered'>
  readonly #index = new FingerprintIndex(REPEAT_KEPT_MS)
  readonly #flights = new Map<string, Flight>()
  /** By element token, oldest first. */
  readonly #undelivered = new Map<string, Lost>()
  readonly #tokens = new Map<number, string>()

  constructor(meter: Pick<Meter, 'answerOf' | 'delivered'>, recent: Iterable<RecentAnswer> = []) {
    this.#meter = meter
    for (const answer of recent) {
      const { serial, atMs, repeatKey, elementToken } = answer
      if (repeatKey !== '') this.#index.add(repeatKey, serial, atMs)
      if (answer.undelivered && elementToken !== '') this.#await(elementToken, serial, atMs)
    }
  }

  /**
   * Begins a call under a repeat key. Undefined: this is the first, the caller goes on and must
   * `close` the key. An answer, or a promise of it: this is a repeat. When the call it waited for
   * ended without an answer to keep, one of those waiting becomes the first.
   */
  open(
    repeatKey: string,
    atMs: number,
  ): StoredAnswer | Promise<StoredAnswer | undefined> | undefined {
    const flight = this.#flights.get(repeatKey)
    if (flight !== undefined) {
      return flight.landed.then((answer) => answer ?? this.open(repeatKey, atMs))
    }
    const stored = this.#index.find(repeatKey, (serial) => {
      const answer = this.#kept(serial, atMs, REPEAT_KEPT_MS)
      return answer?.repeatKey === repeatKey ? answer : undefined
    })
    if (stored === undefined) this.#flights.set(repeatKey, takeOff())
    return stored
  }

  /** Keeps an answer that is durable now, and gives it to those who wait for it. */
  remember(row: CallRow): void {
    const { serial, atMs, answer, repeatKey, elementToken, billable } = row
    if (repeatKey !== '') {
      this.#index.add(repeatKey, serial, atMs)
      this.#land(repeatKey, { serial, atMs, answer, repeatKey, elementToken })
    }
    if (billable && elementToken !== '') this.#await(elementToken, serial, atMs)
  }

  /** Ends the call that was the first under a key; without effect after `remember`, or on an empty key. */
  close(repeatKey: string): void {
    if (repeatKey !== '') this.#land(repeatKey, undefined)
  }

  /** The charged verdict on the same elements that has not been handed over, if there is one. */
  lost(elementToken: string, atMs: number): StoredAnswer | undefined {
    const lost = this.#undelivered.get(elementToken)
    if (lost === undefined) return undefined
    const answer = this.#kept(lost.serial, atMs, UNDELIVERED_KEPT_MS)
    return answer?.elementToken === elementToken ? answer : undefined
  }

  /** Whether the reply of a call was handed to the operating system; tells the meter too. */
  delivered(serial: number, delivered: boolean): void {
    this.#meter.delivered(serial, delivered)
    if (delivered) this.#forget(serial)
  }

  #kept(serial: number, atMs: number, keptMs: number): StoredAnswer | undefined {
    const answer = this.#meter.answerOf(serial)
    return answer !== undefined && atMs - answer.atMs <= keptMs ? answer : undefined
  }

  #land(repeatKey: string, answer: StoredAnswer | undefined): void {
    const flight = this.#flights.get(repeatKey)
    this.#flights.delete(repeatKey)
    flight?.land(answer)
  }

  #await(elementToken: string, serial: number, atMs: number): void {
    for (const [token, lost] of this.#undelivered) {
      if (atMs - lost.atMs <= UNDELIVERED_KEPT_MS) break
      this.#undelivered.delete(token)
      this.#tokens.delete(lost.serial)
    }
    const earlier = this.#undelivered.get(elementToken)
    if (earlier !== undefined) this.#forget(earlier.serial)
    this.#undelivered.set(elementToken, { serial, atMs })
    this.#tokens.set(serial, elementToken)
  }

  #forget(serial: number): void {
    const token = this.#tokens.get(serial)
    if (token === undefined) return
    this.#tokens.delete(serial)
    this.#undelivered.delete(token)
  }
}

function takeOff(): Flight {
  const { promise, resolve } = Promise.withResolvers<StoredAnswer | undefined>()
  return { landed: promise, land: resolve }
}
