/** Stores of the sources in memory, for tests: what a durable store keeps, without the disk. */
import type { GuardAsk, GuardEnd } from '../domain/attempt.ts'
import { admit, count, EMPTY_ROW, type GuardRow, type GuardWrites, settle } from './guardian.ts'
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

  take: GuardStore['take'] = async (ask) => {
    const admission = admit((token) => this.#row(token), ask)
    if (!admission.admitted) return admission.by
    this.#keep(admission.writes, ask)
    return { left: admission.left }
  }

  end: GuardStore['end'] = async (end) => {
    this.#write(settle((token) => this.#row(token), end))
  }

  /** Takes a slot and ends it; which counter is full, if one is. */
  count(end: GuardEnd): string | undefined {
    const admission = count((token) => this.#row(token), end)
    if (!admission.admitted) return admission.by
    this.#keep(admission.writes, end.ask)
    return undefined
  }

  #keep(writes: GuardWrites, { tokens }: GuardAsk): void {
    this.#write(writes)
    for (const token of tokens.elements) {
      const row = this.#row(token)
      this.rows.set(token, { ...row, count: row.count + 1 })
    }
  }

  #write(writes: GuardWrites): void {
    for (const [token, row] of writes) this.rows.set(token, row)
  }

  #row(token: string): GuardRow {
    return this.rows.get(token) ?? EMPTY_ROW
  }
}
