/** Stores of the sources in memory, for tests: what a durable store keeps, without the disk. */
import { EMPTY_ROW, type GuardRow } from './guardian.ts'
import type { AttemptEnd, AttemptStore, GuardStore, PreparedAttempt } from './store.ts'

/** One cost row. */
export interface AttemptRow extends PreparedAttempt {
  readonly end?: AttemptEnd
}

export class MemoryAttempts implements AttemptStore {
  readonly rows = new Map<string, AttemptRow>()

  async prepare(attempt: PreparedAttempt): Promise<void> {
    if (this.rows.has(attempt.id)) throw new Error('an attempt is prepared once')
    this.rows.set(attempt.id, attempt)
  }

  async close(id: string, end: AttemptEnd): Promise<void> {
    const row = this.rows.get(id)
    if (row === undefined) throw new Error('an attempt is prepared before it ends')
    const again = row.end !== undefined && row.end.state !== 'unknown'
    if (again) throw new Error('an attempt ends once')
    this.rows.set(id, { ...row, end })
  }

  /** Rows by how they ended; `prepared` for those that have not. */
  count(state: AttemptEnd['state'] | 'prepared'): number {
    return [...this.rows.values()].filter((row) => (row.end?.state ?? 'prepared') === state).length
  }
}

export class MemoryGuardStore implements GuardStore {
  readonly rows = new Map<string, GuardRow>()

  change: GuardStore['change'] = async (tokens, step) => {
    const known = new Set(tokens)
    const { result, writes } = step((token) => {
      if (!known.has(token)) throw new Error('a step reads only rows that it named')
      return this.rows.get(token) ?? EMPTY_ROW
    })
    for (const [token, row] of writes) this.rows.set(token, row)
    return result
  }
}
