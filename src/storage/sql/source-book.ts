/** Cost rows of vendors' calls that are made beside a server, one transaction each. */
import type { AttemptEnd, AttemptStore, PreparedAttempt } from '../../sources/store.ts'
import { endAttempt, insertAttempts } from './attempts.ts'
import type { SqlEngine } from './engine.ts'

export class SourceBook implements AttemptStore {
  readonly #engine: SqlEngine
  readonly #pending = new Set<Promise<void>>()

  constructor(engine: SqlEngine) {
    this.#engine = engine
  }

  prepare(attempt: PreparedAttempt): Promise<void> {
    return this.#keep(this.#engine.transact(({ queries }) => insertAttempts(queries, [attempt])))
  }

  close(id: string, end: AttemptEnd): Promise<void> {
    return this.#keep(
      this.#engine.transact(async ({ queries }) => {
        await endAttempt(queries, id, end)
      }),
    )
  }

  /** Settles when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#pending)
  }

  #keep(work: Promise<void>): Promise<void> {
    this.#pending.add(work)
    const forget = () => this.#pending.delete(work)
    work.then(forget, forget)
    return work
  }
}
