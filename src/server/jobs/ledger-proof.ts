/** The proof of the ledger as a job of this node; what it found is kept for all nodes and restarts. */
import type { CheckResult } from '../../billing/findings.ts'
import type { Clock } from '../../domain/clock.ts'
import type { BesideRun } from '../../storage/beside/run.ts'
import type { LedgerProof } from '../../storage/beside/task.ts'
import type { Queries, SqlEngine } from '../../storage/sql/engine.ts'
import { readMeta, writeMeta } from '../../storage/sql/meta.ts'

/** What the last proof found. */
export interface ProofRecord {
  readonly atMs: number
  readonly tookMs: number
  readonly holds: boolean
  readonly checks: readonly CheckResult[]
  readonly sealNumber: number
  /** Attempts of which nobody can say yet whether they are paid. */
  readonly unknowns: number
}

export interface ProofState {
  readonly running: boolean
  readonly startedAtMs?: number
  /** The last attempt could not read the store, which says nothing about the ledger. */
  readonly couldNotRun: boolean
  /** Absent before the first. */
  readonly last?: ProofRecord
  /** When it last held; absent when it never did. */
  readonly heldAtMs?: number
}

export interface LedgerProverParts {
  readonly engine: SqlEngine
  readonly clock: Clock
  readonly run: () => BesideRun<LedgerProof>
  readonly onFailure: (error: unknown) => void
}

const LAST = 'ledger_proof'
const HELD = 'ledger_held_at_ms'
const US_A_MS = 1_000

export class LedgerProver {
  readonly #parts: LedgerProverParts
  #startedAtMs: number | undefined
  #couldNotRun = false
  #ended: Promise<void> = Promise.resolve()

  constructor(parts: LedgerProverParts) {
    this.#parts = parts
  }

  /** Begins a proof; false while one is under way on this node. */
  start(): boolean {
    if (this.#startedAtMs !== undefined) return false
    this.#startedAtMs = this.#parts.clock.nowMs()
    this.#ended = this.#prove(this.#startedAtMs)
    return true
  }

  /** How the proof stands, and what the last one found. */
  async state(queries: Queries): Promise<ProofState> {
    const last = await readMeta(queries, LAST)
    const heldAtMs = await readMeta(queries, HELD)
    const startedAtMs = this.#startedAtMs
    return {
      running: startedAtMs !== undefined,
      couldNotRun: this.#couldNotRun,
      ...(startedAtMs !== undefined && { startedAtMs }),
      ...(last !== undefined && { last: JSON.parse(last) as ProofRecord }),
      ...(heldAtMs !== undefined && { heldAtMs: Number(heldAtMs) }),
    }
  }

  /** Settles when none is under way. */
  close(): Promise<void> {
    return this.#ended
  }

  async #prove(atMs: number): Promise<void> {
    const { clock, run, onFailure } = this.#parts
    const startedUs = clock.monotonicUs()
    try {
      const { checks, seal, unknowns } = await run().result
      await this.#keep({
        atMs,
        tookMs: Math.round((clock.monotonicUs() - startedUs) / US_A_MS),
        holds: checks.every(({ ok }) => ok),
        checks,
        sealNumber: seal.number,
        unknowns: unknowns.count,
      })
      this.#couldNotRun = false
    } catch (error) {
      this.#couldNotRun = true
      onFailure(error)
    } finally {
      this.#startedAtMs = undefined
    }
  }

  #keep(record: ProofRecord): Promise<void> {
    return this.#parts.engine.transact(async ({ queries }) => {
      await writeMeta(queries, LAST, JSON.stringify(record))
      if (record.holds) await writeMeta(queries, HELD, String(record.atMs))
    })
  }
}
