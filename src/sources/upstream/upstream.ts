/**
 * One vendor with one credential: makes an attempt, durably prepared before its first byte leaves, and
 * reports exactly how far it got and so whether the vendor may have charged.
 */
import { attemptId } from '../../domain/attempt.ts'
import type { AttemptTokens } from '../../domain/attempt-token.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Product } from '../../domain/product.ts'
import { strange, type VendorAsk } from '../../protocols/vendor-client.ts'
import type { SealedQuestion } from '../source.ts'
import type { AttemptStore, PreparedAttempt } from '../store.ts'
import { Breaker, type BreakerState } from './breaker.ts'
import {
  type Asked,
  askingErrand,
  type Errand,
  type ErrandParts,
  type PaidQuestion,
  passingErrand,
} from './errand.ts'
import { Gate } from './gate.ts'
import { type Exchange, type Flight, HttpClient } from './http-client.ts'
import { Latencies } from './latencies.ts'
import { References } from './references.ts'
import {
  type AttemptReport,
  broken,
  healthOf,
  type OpenReport,
  rowEnd,
  unreached,
} from './report.ts'
import { UPSTREAM_LIMITS, type UpstreamLimits, type UpstreamSettings } from './settings.ts'
import type { RouteWatch } from './watch.ts'

export type { PaidQuestion } from './errand.ts'

export interface UpstreamParts {
  readonly attempts: AttemptStore
  readonly clock: Clock
  readonly tokens: AttemptTokens
  readonly random: (bytes: number) => Buffer
  /** 0 to 1, exclusive. */
  readonly chance: () => number
  readonly watch: RouteWatch
  /** Whether nobody is to be sent to a route until the operator releases it. */
  readonly isSetAside?: (route: string) => boolean
}

const UUID_BYTES = 16
const US_A_MS = 1_000
/** Stands for the number of the attempt in the name of a row. */
const SHADOW = 'shadow'

export class Upstream {
  readonly settings: UpstreamSettings
  readonly #parts: UpstreamParts
  readonly #limits: UpstreamLimits
  /** Of the endpoint, with its port. */
  readonly #host: string
  readonly #http: HttpClient
  readonly #breaker: Breaker
  readonly #gate: Gate
  readonly #references = new References()
  readonly #latencies = new Latencies()
  #restUntilUs = 0
  /** Whether the last failure was that nobody could be reached, which a mere connection disproves. */
  #wasUnreached = false
  /** A probe was charged although its code is said to be free: no more of them. */
  #probeCosts = false

  constructor(settings: UpstreamSettings, parts: UpstreamParts, sole: boolean) {
    this.settings = settings
    this.#parts = parts
    this.#limits = settings.limits ?? UPSTREAM_LIMITS
    const endpoint = settings.endpoint ?? settings.vendor.endpoint
    this.#host = new URL(endpoint).host
    this.#http = new HttpClient({
      endpoint,
      gzips: settings.vendor.gzips === true,
      limits: this.#limits,
      ...(settings.ca !== undefined && { ca: settings.ca }),
    })
    this.#breaker = new Breaker({
      clock: parts.clock,
      random: parts.chance,
      sole,
      turned: (state) => parts.watch.turned(settings.name, state),
    })
    this.#gate = new Gate(this.#limits.callsMax, this.#limits.queueMs)
  }

  get state(): BreakerState {
    return this.#breaker.state
  }

  /** Calls under way. */
  get inFlight(): number {
    return this.#gate.inside
  }

  /** Calls that wait for room. */
  get waiting(): number {
    return this.#gate.waiting
  }

  /** When the certificate ends that the vendor showed last; absent without TLS or before the first. */
  get certificateEndsAtMs(): number | undefined {
    return this.#http.certificateEndsAtMs
  }

  /** What an answer of the vendor's mostly takes; 0 before there was one. */
  get medianMs(): number {
    return this.#latencies.medianMs
  }

  /** What its next answer is likely to take, as far as that is known. */
  get expectedMs(): number {
    return this.#latencies.expectedMs(this.#parts.clock.monotonicUs())
  }

  /** What all but one in a thousand of its answers took at most; undefined until enough are known. */
  get slowMs(): number | undefined {
    return this.#latencies.slowMs
  }

  sells(product: Product): boolean {
    return this.settings.vendor.products.includes(product)
  }

  /** Whether it can be sent messages that were encrypted for it by somebody else. */
  opens({ product, sealed }: Pick<SealedQuestion, 'product' | 'sealed'>): boolean {
    const { vendor } = this.settings
    return vendor.name === sealed.vendor && vendor.passOn !== undefined && this.sells(product)
  }

  /** Whether it may be asked now. */
  isReady(): boolean {
    if (this.#parts.isSetAside?.(this.settings.name)) return false
    return this.#breaker.admits() && this.#parts.clock.monotonicUs() >= this.#restUntilUs
  }

  /** Makes the n-th attempt of a call. Rejects only when the store cannot keep its row. */
  ask(question: PaidQuestion, attempt: number, timeoutMs: number): Promise<OpenReport> {
    return this.#enter(question, attempt, () => this.#errand(question), timeoutMs)
  }

  /** Asks for comparison with another's answer alone, which the row says. */
  compare(question: PaidQuestion, timeoutMs: number): Promise<OpenReport> {
    return this.#enter(question, SHADOW, () => this.#errand(question), timeoutMs)
  }

  /**
   * Makes the first attempt of a call ready, where there is room for it now: its row, to be kept before
   * `askBegun`. Who does not ask calls `drop`.
   */
  begin(question: PaidQuestion): PreparedAttempt | undefined {
    if (this.#breaker.state !== 'closed' || !this.isReady()) return undefined
    if (!this.#gate.enterNow()) return undefined
    return this.#row(question, attemptId(question.call, 1))
  }

  /** Makes an attempt whose row is durable already. */
  askBegun(question: PaidQuestion, row: PreparedAttempt, timeoutMs: number): Promise<OpenReport> {
    return this.#askPrepared(() => this.#errand(question), row, timeoutMs)
  }

  /** Leaves the place of an attempt that is not made; `row` is ended where it was kept. */
  drop(row?: PreparedAttempt): void {
    this.#gate.leave()
    if (row !== undefined) this.#end(row, unreached('not_ready'))
  }

  /** The same with a message that only the vendor can read. */
  pass(question: SealedQuestion, attempt: number, timeoutMs: number): Promise<OpenReport> {
    const errand = () => passingErrand(this.#errandParts(), question)
    return this.#enter(question, attempt, errand, timeoutMs)
  }

  /** Makes an attempt when there is room for one; what it waits for is taken from its time. */
  async #enter(
    question: Asked,
    attempt: number | typeof SHADOW,
    errandOf: () => Errand,
    timeoutMs: number,
  ): Promise<OpenReport> {
    const { clock } = this.#parts
    const askedUs = clock.monotonicUs()
    const entered = this.#gate.enter()
    if (entered !== true && !(await entered)) return unreached('pool_full')
    if (!this.isReady()) {
      this.#gate.leave()
      return unreached('not_ready')
    }
    const row = this.#row(question, attemptId(question.call, attempt))
    await this.#prepare(row)
    const waitedMs = (clock.monotonicUs() - askedUs) / US_A_MS
    return this.#askPrepared(errandOf, row, timeoutMs - waitedMs)
  }

  async #askPrepared(
    errandOf: () => Errand,
    row: PreparedAttempt,
    timeoutMs: number,
  ): Promise<OpenReport> {
    if (timeoutMs <= 0 || !this.isReady()) {
      this.drop(row)
      return unreached('not_ready')
    }
    return this.#breaker.run(() => this.#attempt(errandOf, row, timeoutMs), healthOf)
  }

  /** Keeps a row before its request may leave; whoever cannot leaves his place. */
  async #prepare(row: PreparedAttempt): Promise<void> {
    try {
      await this.#parts.attempts.prepare(row)
    } catch (error) {
      this.#gate.leave()
      throw error
    }
  }

  /** Looks for nothing whether a vendor that is out is well again. */
  async probe(): Promise<void> {
    if (this.#breaker.state === 'closed' || this.#breaker.barred) return
    const { probe } = this.settings.vendor
    if (probe !== undefined && !this.#probeCosts) await this.#askForFree(probe)
    else if (this.#wasUnreached) this.#breaker.probed((await this.#http.reach()) === undefined)
  }

  /** Asks what the vendor answers with a free code; it has a cost row all the same, should it not be. */
  async #askForFree(probe: Pick<VendorAsk, 'product' | 'elements'>): Promise<void> {
    if (!(await this.#gate.enter())) return
    const requestId = uuidOf(this.#parts.random(UUID_BYTES))
    const call = { serial: 0, requestId, accountId: '', api: '', startedUs: 0 }
    const question = { ...probe, call }
    const row = this.#row(question, `probe.${requestId}`)
    await this.#prepare(row)
    const errand = () => this.#errand(question)
    const report = await this.#attempt(errand, row, this.#limits.firstByteTimeoutMs)
    this.#probeCosts = report.charge === 'paid'
    this.#breaker.probed(report.charge === 'free' && report.next === 'final')
  }

  close(): Promise<void> {
    return this.#http.close()
  }

  /** One request on the wire, its row durable; its place in the gate is free when nothing can come. */
  async #attempt(
    errandOf: () => Errand,
    row: PreparedAttempt,
    timeoutMs: number,
  ): Promise<OpenReport> {
    const { clock } = this.#parts
    let flight: Flight
    let errand: Errand
    try {
      errand = errandOf()
      flight = this.#http.send(await errand.request, timeoutMs)
    } catch (error) {
      // No request was made of the question, and so none has left.
      this.drop(row)
      throw error
    }
    void flight.end.then(() => this.#gate.leave())
    const startedUs = clock.monotonicUs()
    const exchange = await flight.answer
    const report = this.#read(exchange, errand)
    const tookMs = (clock.monotonicUs() - startedUs) / US_A_MS
    if (report.phase === 'replied') this.#latencies.add(tookMs, clock.monotonicUs())
    this.#end(row, report)
    this.#note(report, tookMs)
    const isOpen = exchange.phase !== 'replied' && exchange.trouble === 'timed_out'
    if (isOpen && report.phase !== 'unreached') void this.#timeLate(flight, startedUs)
    return isOpen && report.phase !== 'unreached'
      ? { ...report, late: this.#late(flight, errand, row).catch(() => undefined) }
      : report
  }

  /**
   * Ends a row while the answer is on its way: nobody waits for it, for a row whose end is lost is an
   * unknown, like that of a process that died.
   */
  #end(row: PreparedAttempt, report: AttemptReport): void {
    const { attempts, clock } = this.#parts
    attempts.close(row.id, rowEnd(report, clock.nowMs())).catch(() => undefined)
  }

  /**
   * What comes after the answer was due closes the row by the vendor's own word; when the store cannot
   * keep that, the row stays unknown.
   */
  async #late(
    flight: Flight,
    errand: Errand,
    row: PreparedAttempt,
  ): Promise<AttemptReport | undefined> {
    const exchange = await flight.end
    if (exchange.phase !== 'replied') return undefined
    const report = this.#read(exchange, errand)
    if (report.fault !== undefined && report.charge === 'unknown') return undefined
    await this.#parts.attempts.close(row.id, rowEnd(report, this.#parts.clock.nowMs()))
    this.#parts.watch.late(this.settings.name, report)
    return report
  }

  /** How long an answer took that was not there in time. */
  async #timeLate(flight: Flight, startedUs: number): Promise<void> {
    const { phase } = await flight.end
    const tookMs = (this.#parts.clock.monotonicUs() - startedUs) / US_A_MS
    this.#latencies.addLate(phase === 'replied' ? tookMs : Number.POSITIVE_INFINITY)
  }

  #read(exchange: Exchange, { read, token }: Errand): AttemptReport {
    if (exchange.phase !== 'replied') return broken(exchange)
    const reading = read(exchange.reply)
    const foreign = this.#references.isForeign(reading.reference, token)
    return { ...(foreign ? strange('reply_foreign') : reading), phase: 'replied' }
  }

  #note(report: AttemptReport, tookMs: number): void {
    this.#wasUnreached = report.phase === 'unreached'
    if (report.next === 'retry_later') {
      this.#restUntilUs = this.#parts.clock.monotonicUs() + this.#limits.restMs * US_A_MS
    }
    this.#parts.watch.attempted(this.settings.name, report, tookMs)
  }

  #errand(question: PaidQuestion): Errand {
    return askingErrand(this.#errandParts(), question, this.#parts.tokens)
  }

  #errandParts(): ErrandParts {
    const { vendor, credential } = this.settings
    const { clock, random } = this.#parts
    return { vendor, credential, host: this.#host, nowMs: clock.nowMs(), random }
  }

  #row({ product, call }: Asked, id: string): PreparedAttempt {
    const { name, vendor, costCentifen } = this.settings
    const { serial, requestId, accountId } = call
    const atMs = this.#parts.clock.nowMs()
    return {
      id,
      serial,
      requestId,
      accountId,
      route: name,
      vendor: vendor.name,
      product,
      atMs,
      costCentifen,
    }
  }
}

/** A UUID (version 4) of sixteen random bytes. */
function uuidOf(random: Buffer): string {
  const bytes = Buffer.from(random)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
