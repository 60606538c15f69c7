/**
 * Cost rows of vendors' calls and the guardian's counters: what is asked for at the same time, and
 * while a commit is under way, goes into one durable transaction.
 */
import type { Clock } from '../../domain/clock.ts'
import { EMPTY_ROW, type GuardRow } from '../../sources/guardian.ts'
import type { AttemptEnd, AttemptStore, GuardStore, PreparedAttempt } from '../../sources/store.ts'
import { endAttempt, insertAttempts } from './attempts.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { readGuardRows, writeGuardRows } from './guard-rows.ts'
import { moveRevision } from './meta.ts'

const BATCH_MAX = 256
/** Its row is the lock under which nodes change counters one after another. */
const GUARD_TURN = 'guard_turn'

type GuardStep = Parameters<GuardStore['change']>[1]

type Work =
  | { readonly kind: 'prepare'; readonly attempt: PreparedAttempt }
  | { readonly kind: 'close'; readonly id: string; readonly end: AttemptEnd }
  | { readonly kind: 'change'; readonly tokens: readonly string[]; readonly step: GuardStep }

interface Job {
  readonly work: Work
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** What one job of a batch came to, told when the batch is durable. */
type JobEnd = { readonly result: unknown } | { readonly error: unknown }

export class SourceBook implements AttemptStore, GuardStore {
  readonly #engine: SqlEngine
  readonly #clock: Pick<Clock, 'nowMs'>
  #queue: Job[] = []
  #running = false

  constructor(engine: SqlEngine, clock: Pick<Clock, 'nowMs'>) {
    this.#engine = engine
    this.#clock = clock
  }

  async prepare(attempt: PreparedAttempt): Promise<void> {
    await this.#ask({ kind: 'prepare', attempt })
  }

  async close(id: string, end: AttemptEnd): Promise<void> {
    await this.#ask({ kind: 'close', id, end })
  }

  change: GuardStore['change'] = async (tokens, step) => {
    const result = await this.#ask({ kind: 'change', tokens, step })
    return result as ReturnType<typeof step>['result']
  }

  /** Settles when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running) await new Promise((resolve) => setImmediate(resolve))
  }

  #ask(work: Work): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ work, resolve, reject })
      if (this.#running) return
      this.#running = true
      setImmediate(() => void this.#run())
    })
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#commit(this.#queue.splice(0, BATCH_MAX))
    this.#running = false
  }

  /** When the store fails, it fails for all of them: each errs on the side of card and customer. */
  async #commit(jobs: readonly Job[]): Promise<void> {
    try {
      const ends = await this.#engine.transact(({ queries }) => this.#carryOut(queries, jobs))
      for (const [i, { resolve, reject }] of jobs.entries()) {
        const end = ends[i]!
        if ('error' in end) reject(end.error)
        else resolve(end.result)
      }
    } catch (error) {
      for (const { reject } of jobs) reject(error)
    }
  }

  async #carryOut(queries: Queries, jobs: readonly Job[]): Promise<JobEnd[]> {
    const works = jobs.map(({ work }) => work)
    const ends: JobEnd[] = jobs.map(() => ({ result: undefined }))
    await insertAttempts(
      queries,
      works.flatMap((work) => (work.kind === 'prepare' ? [work.attempt] : [])),
    )
    for (const [i, work] of works.entries()) {
      if (work.kind !== 'close' || (await endAttempt(queries, work.id, work.end))) continue
      ends[i] = { error: new Error('an attempt ends once, after it was prepared') }
    }
    await this.#changeGuard(queries, works, ends)
    return ends
  }

  /** Each step sees what the steps before it wrote. */
  async #changeGuard(queries: Queries, works: readonly Work[], ends: JobEnd[]): Promise<void> {
    const tokens = new Set(works.flatMap((work) => (work.kind === 'change' ? work.tokens : [])))
    if (tokens.size === 0) return
    await moveRevision(queries, GUARD_TURN)
    const rows = await readGuardRows(queries, [...tokens])
    const written = new Map<string, GuardRow>()
    for (const [i, work] of works.entries()) {
      if (work.kind !== 'change') continue
      try {
        const { result, writes } = work.step((token) => rows.get(token) ?? EMPTY_ROW)
        for (const [token, row] of writes) {
          rows.set(token, row)
          written.set(token, row)
        }
        ends[i] = { result }
      } catch (error) {
        ends[i] = { error }
      }
    }
    await writeGuardRows(queries, written, this.#clock.nowMs())
  }
}
