/**
 * Repeats: a byte-identical signed request gets the answer of the first, and a verdict that was
 * charged but never reached its caller can be had again free.
 */
import { FingerprintIndex } from './fingerprint-index.ts'
import { type CallRow, isUntold, type Meter, type StoredAnswer } from './store.ts'

/** How long a repeat of a signed request is recognised: the longest validity of a signature and a minute. */
export const REPEAT_KEPT_MS = 660_000
/** How long a verdict that was not handed over can be had again. */
export const UNDELIVERED_KEPT_MS = 600_000

/** How long a repeat waits for a call under way on another node: the deadline of a call. */
const ELSEWHERE_WAIT_MS = 8_000
/** How often the store is asked meanwhile. */
const ELSEWHERE_PAUSE_MS = 20

/** What repeats need of the meter. */
export type AnswerSource = Pick<Meter, 'answerOf' | 'delivered' | 'sight'>

/** Waits. */
export type Pause = (durationMs: number) => Promise<void>

/** What the index is rebuilt from after a start. */
export interface RecentAnswer extends Omit<StoredAnswer, 'answer'> {
  /** Charged, and not known to have been handed over; of all others the element token is left out. */
  readonly undelivered: boolean
}

/** An answer that went out, and what it takes to find it again should it not arrive. */
export type Sent = Pick<CallRow, 'serial' | 'atMs' | 'elementToken' | 'billable'>

/** Those who wait for a call under way. */
interface Flight {
  readonly landed: Promise<StoredAnswer | undefined>
  land(answer: StoredAnswer | undefined): void
}

interface Lost {
  readonly serial: number
  readonly atMs: number
}

export class Repeats {
  readonly #meter: AnswerSource
  readonly #pause: Pause
  readonly #index = new FingerprintIndex(REPEAT_KEPT_MS)
  /** Calls under way by repeat key; most have nobody waiting. */
  readonly #flights = new Map<string, Flight | undefined>()
  /** By element token, oldest first. */
  readonly #undelivered = new Map<string, Lost>()

  /** `pause` is used only where the store has several nodes. */
  constructor(meter: AnswerSource, recent: Iterable<RecentAnswer> = [], pause: Pause = noPause) {
    this.#meter = meter
    this.#pause = pause
    for (const answer of recent) {
      const { serial, atMs, repeatKey, elementToken } = answer
      if (repeatKey !== '') this.#index.add(repeatKey, serial, atMs)
      if (answer.undelivered && elementToken !== '') this.#lose(elementToken, serial, atMs)
    }
  }

  /**
   * Begins a call under a repeat key. Undefined: this is the first, the caller goes on and must
   * `close` the key. An answer, or a promise of it: this is a repeat. When the call it waited for
   * ended without an answer to keep, one of those waiting becomes the first. Where the answer is empty,
   * the caller is the first to tell that it is unknown, and must `close` the key as well.
   */
  open(
    repeatKey: string,
    atMs: number,
  ): StoredAnswer | Promise<StoredAnswer | undefined> | undefined {
    if (this.#flights.has(repeatKey)) {
      return this.#join(repeatKey).landed.then((answer) => answer ?? this.open(repeatKey, atMs))
    }
    if (this.#meter.sight !== undefined) {
      this.#flights.set(repeatKey, undefined)
      return this.#search(repeatKey, atMs)
    }
    const stored = this.#find(repeatKey, atMs)
    if (stored === undefined || isUntold(stored)) this.#flights.set(repeatKey, undefined)
    return stored
  }

  /** Keeps an answer that is durable now for repeats, and gives it to those who wait for it. */
  remember(row: CallRow): void {
    if (row.repeatKey === '') return
    if (this.#meter.sight === undefined) this.#index.add(row.repeatKey, row.serial, row.atMs)
    this.#land(row.repeatKey, row)
  }

  /**
   * The answer of another node to the same signed request, waited for while it is being made. Undefined
   * when there is none, or none in time.
   */
  async elsewhere(repeatKey: string, atMs: number): Promise<StoredAnswer | undefined> {
    for (let waitedMs = 0; repeatKey !== '' && waitedMs < ELSEWHERE_WAIT_MS; ) {
      const seen = await this.#meter.sight?.(repeatKey)
      if (seen === undefined) return undefined
      if (seen !== 'under_way') return atMs - seen.atMs <= REPEAT_KEPT_MS ? seen : undefined
      await this.#pause(ELSEWHERE_PAUSE_MS)
      waitedMs += ELSEWHERE_PAUSE_MS
    }
    return undefined
  }

  /** Ends the call that was the first under a key; without effect after `remember`, or on an empty key. */
  close(repeatKey: string): void {
    if (repeatKey !== '') this.#land(repeatKey, undefined)
  }

  /** The charged verdict on the same elements that is known not to have arrived, if there is one. */
  lost(elementToken: string, atMs: number): StoredAnswer | undefined {
    if (this.#undelivered.size === 0) return undefined
    const lost = this.#undelivered.get(elementToken)
    if (lost === undefined) return undefined
    const answer = this.#kept(lost.serial, atMs, UNDELIVERED_KEPT_MS)
    return answer?.elementToken === elementToken ? answer : undefined
  }

  /** Whether an answer was handed to the operating system; tells the meter too. */
  delivered({ serial, atMs, elementToken, billable }: Sent, delivered: boolean): void {
    this.#meter.delivered(serial, delivered)
    if (delivered) this.#reached(serial, elementToken)
    else if (billable && elementToken !== '') this.#lose(elementToken, serial, atMs)
  }

  /** Looks beyond this node; those who ask meanwhile join the flight, which ends with an answer found. */
  async #search(repeatKey: string, atMs: number): Promise<StoredAnswer | undefined> {
    const stored = await this.elsewhere(repeatKey, atMs)
    if (stored !== undefined && !isUntold(stored)) this.#land(repeatKey, stored)
    return stored
  }

  /** What is told of a call that was lost goes before the loss itself. */
  #find(repeatKey: string, atMs: number): StoredAnswer | undefined {
    let lost: StoredAnswer | undefined
    const told = this.#index.find(repeatKey, (serial) => {
      const stored = this.#kept(serial, atMs, REPEAT_KEPT_MS)
      if (stored?.repeatKey !== repeatKey) return undefined
      if (!isUntold(stored)) return stored
      lost = stored
      return undefined
    })
    return told ?? lost
  }

  #kept(serial: number, atMs: number, keptMs: number): StoredAnswer | undefined {
    const answer = this.#meter.answerOf(serial)
    return answer !== undefined && atMs - answer.atMs <= keptMs ? answer : undefined
  }

  #join(repeatKey: string): Flight {
    let flight = this.#flights.get(repeatKey)
    if (flight === undefined) {
      const { promise, resolve } = Promise.withResolvers<StoredAnswer | undefined>()
      flight = { landed: promise, land: resolve }
      this.#flights.set(repeatKey, flight)
    }
    return flight
  }

  #land(repeatKey: string, answer: StoredAnswer | undefined): void {
    const flight = this.#flights.get(repeatKey)
    this.#flights.delete(repeatKey)
    flight?.land(answer)
  }

  #lose(elementToken: string, serial: number, atMs: number): void {
    for (const [token, lost] of this.#undelivered) {
      if (atMs - lost.atMs <= UNDELIVERED_KEPT_MS) break
      this.#undelivered.delete(token)
    }
    this.#undelivered.set(elementToken, { serial, atMs })
  }

  /** The lost answer has reached its caller after all. */
  #reached(serial: number, elementToken: string): void {
    if (this.#undelivered.size === 0) return
    if (this.#undelivered.get(elementToken)?.serial === serial) {
      this.#undelivered.delete(elementToken)
    }
  }
}

function noPause(): Promise<void> {
  return Promise.resolve()
}
