/** How far an import is, at what rate, and how long it will still take. */
import type { Clock } from '../../domain/clock.ts'
import type { CompletedRun } from './checkpoint.ts'
import type { RunCounts, RunTask } from './run.ts'

export interface ImportProgress {
  /** `read`: turning rows into tokens; `write`: merging them into the registry. */
  readonly phase: 'read' | 'write'
  readonly rows: number
  readonly rejected: number
  /** Of this session, an earlier one's rows apart. */
  readonly rowsPerSecond: number
  readonly bytesDone: number
  readonly bytesTotal: number
  /** Of reading; undefined until there is a rate. */
  readonly secondsLeft: number | undefined
}

interface Totals {
  readonly rows: number
  readonly rejected: number
  readonly bytes: number
}

export interface MeterOptions {
  readonly clock: Clock
  readonly tasks: readonly RunTask[]
  /** Runs of an earlier session. */
  readonly found: readonly CompletedRun[]
  readonly onProgress: ((progress: ImportProgress) => void) | undefined
}

/** Adds up what the runs report. */
export class ProgressMeter {
  readonly #clock: Clock
  readonly #onProgress: ((progress: ImportProgress) => void) | undefined
  readonly #startUs: number
  readonly #bytesTotal: number
  /** The latest counts of each run by its number. */
  readonly #runs = new Map<number, Totals>()
  readonly #before: Totals

  constructor({ clock, tasks, found, onProgress }: MeterOptions) {
    this.#clock = clock
    this.#onProgress = onProgress
    this.#startUs = clock.monotonicUs()
    this.#bytesTotal = tasks.reduce((sum, task) => sum + task.to - task.from, 0)
    for (const { id, rows, rejected } of found) {
      const task = tasks[id - 1]
      this.#runs.set(id, { rows, rejected, bytes: task ? task.to - task.from : 0 })
    }
    this.#before = this.#sum()
  }

  advance(task: RunTask, counts: RunCounts, bytes: number): void {
    this.#runs.set(task.id, { rows: counts.rows, rejected: counts.rejected, bytes })
    this.#report('read')
  }

  writing(): void {
    this.#report('write')
  }

  totals(): { rows: number; rejected: number; seconds: number } {
    const { rows, rejected } = this.#sum()
    return { rows, rejected, seconds: this.#seconds() }
  }

  #report(phase: ImportProgress['phase']): void {
    if (!this.#onProgress) return
    const { rows, rejected, bytes } = this.#sum()
    const seconds = this.#seconds()
    const bytesPerSecond = seconds > 0 ? (bytes - this.#before.bytes) / seconds : 0
    this.#onProgress({
      phase,
      rows,
      rejected,
      rowsPerSecond: seconds > 0 ? (rows - this.#before.rows) / seconds : 0,
      bytesDone: bytes,
      bytesTotal: this.#bytesTotal,
      secondsLeft: bytesPerSecond > 0 ? (this.#bytesTotal - bytes) / bytesPerSecond : undefined,
    })
  }

  #sum(): Totals {
    let [rows, rejected, bytes] = [0, 0, 0]
    for (const run of this.#runs.values()) {
      rows += run.rows
      rejected += run.rejected
      bytes += run.bytes
    }
    return { rows, rejected, bytes }
  }

  #seconds(): number {
    return (this.#clock.monotonicUs() - this.#startUs) / 1e6
  }
}
