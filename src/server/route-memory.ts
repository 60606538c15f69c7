/** What of the routes outlasts a call, a restart and a node: this node's view of it, kept up to date. */
import { beijingDay } from '../domain/beijing.ts'
import { DoublePayBudget } from '../sources/upstream/double-pays.ts'
import { LateVerdicts } from '../sources/upstream/late-verdicts.ts'
import { forgetDoublePays, SqlDoublePays } from '../storage/sql/double-pays.ts'
import type { SqlEngine } from '../storage/sql/engine.ts'
import { SqlLateVerdicts } from '../storage/sql/late-verdicts.ts'

/** Days of double pay that are kept for who wants to know. */
const DOUBLE_PAY_DAYS = 31

export class RouteMemory {
  readonly late: LateVerdicts
  readonly doublePays: DoublePayBudget
  readonly #engine: SqlEngine

  constructor(engine: SqlEngine) {
    this.#engine = engine
    this.late = new LateVerdicts(new SqlLateVerdicts(engine.queries))
    this.doublePays = new DoublePayBudget(new SqlDoublePays(engine))
  }

  /** Takes in what other nodes have kept. */
  async look(nowMs: number): Promise<void> {
    await this.late.look(nowMs)
  }

  /** Tells the store what it does not know yet, and forgets what nobody needs any more. */
  async tidy(nowMs: number): Promise<void> {
    await this.doublePays.flush()
    await forgetDoublePays(this.#engine.queries, beijingDay(nowMs) - DOUBLE_PAY_DAYS)
    await this.late.forget(nowMs)
  }

  /** Tells the store the last of it. */
  close(): Promise<void> {
    return this.doublePays.flush()
  }
}
