/** The regular work of a node: its heart, its hints, and the house it keeps with the others. */
import { InvariantBroken } from '../../billing/ledger.ts'
import type { Clock } from '../../domain/clock.ts'
import { forgetCalls } from './forget-calls.ts'
import type { Hints } from './hints.ts'
import { expireEnded, forget, type Housekeeper, recoverOrphans } from './housekeeping.ts'
import { DeclaredDead } from './node.ts'
import type { NodeLinks } from './node-links.ts'
import { HOLDINGS_OF_POOLS, holdingFrom, poolArrays } from './pool-books.ts'

const BEAT_MS = 500
const SWEEP_MS = 60_000
const FORGET_MS = 5_000
const CLOCK_AHEAD_MS_MAX = 60_000

export interface UpkeepOptions {
  readonly links: NodeLinks
  readonly clock: Clock
  readonly hints: Hints
  readonly watermark: () => number
  /** How long calls keep what does not prove their charges; undefined for ever. */
  readonly callRetentionMs: number | undefined
  /** Hears whether the store took a write. */
  readonly wrote: (refused: boolean) => void
  /** The node must stop. */
  readonly fatal: (error: Error) => void
}

export class Upkeep {
  readonly #options: UpkeepOptions
  readonly #keeper: Housekeeper
  readonly #ticker: NodeJS.Timeout
  /** Wall clock minus monotonic clock at start. */
  readonly #clockOffsetMs: number
  #beating: Promise<void> | undefined
  #keeping: Promise<void> | undefined
  #orphans = true
  #sweptUs = Number.NEGATIVE_INFINITY
  #forgotUs = Number.NEGATIVE_INFINITY

  constructor(options: UpkeepOptions) {
    this.#options = options
    const { links, clock } = options
    this.#keeper = { ...links.upkeep, nodeId: links.node.id }
    this.#clockOffsetMs = clock.nowMs() - clock.monotonicUs() / 1_000
    this.#ticker = setInterval(() => this.#tick(), BEAT_MS)
    this.#ticker.unref()
  }

  /** Takes over what predecessors left. */
  async start(): Promise<void> {
    await recoverOrphans(this.#keeper, this.#options.clock.nowMs())
    this.#orphans = false
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker)
    await Promise.all([this.#beating, this.#keeping])
  }

  /** How far the wall clock has run ahead of the monotonic clock. */
  clockAheadMs(): number {
    const { clock } = this.#options
    return clock.nowMs() - clock.monotonicUs() / 1_000 - this.#clockOffsetMs
  }

  #tick(): void {
    this.#beating ??= this.#beat().finally(() => {
      this.#beating = undefined
    })
    this.#keeping ??= this.#keep().finally(() => {
      this.#keeping = undefined
    })
  }

  async #beat(): Promise<void> {
    const { links, watermark, wrote, fatal } = this.#options
    try {
      if ((await links.node.beat(watermark())) > 0) this.#orphans = true
      await this.#refreshHints()
      wrote(false)
    } catch (error) {
      if (error instanceof DeclaredDead) fatal(error)
      else wrote(true)
    }
  }

  async #refreshHints(): Promise<void> {
    const { links, hints, clock } = this.#options
    const pools = hints.doubtful(clock.nowMs())
    if (pools.length === 0) return
    const values = poolArrays(pools)
    const [reply] = await links.control.all([{ name: 'hints', text: HOLDINGS_OF_POOLS, values }])
    hints.read(pools, (reply?.rows ?? []).map(holdingFrom), clock.nowMs())
  }

  async #keep(): Promise<void> {
    const { clock, callRetentionMs, fatal } = this.#options
    const [nowMs, nowUs] = [clock.nowMs(), clock.monotonicUs()]
    try {
      if (this.#orphans || nowUs - this.#sweptUs > SWEEP_MS * 1_000) {
        await recoverOrphans(this.#keeper, nowMs)
        if (this.clockAheadMs() <= CLOCK_AHEAD_MS_MAX) await expireEnded(this.#keeper, nowMs)
        this.#orphans = false
        this.#sweptUs = nowUs
      }
      if (nowUs - this.#forgotUs > FORGET_MS * 1_000) {
        await forget(this.#keeper, nowMs)
        if (callRetentionMs !== undefined) {
          await forgetCalls(this.#keeper.connection, nowMs - callRetentionMs)
        }
        this.#forgotUs = nowUs
      }
    } catch (error) {
      // What could not be done now is done at the next tick.
      if (error instanceof InvariantBroken) fatal(error)
    }
  }
}
