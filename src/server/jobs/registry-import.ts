/**
 * The import of an uploaded file into the registry, as a job of this node: it can be watched, stopped
 * and taken up again, also after a restart. The file is removed as soon as all of it is in.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../domain/clock.ts'
import type { BesideRun } from '../../storage/beside/run.ts'
import { replaceJson } from '../../storage/records/durable-file.ts'
import { RegistryError } from '../../storage/records/registry-error.ts'
import type { ImportReport } from '../../storage/registry-import/import.ts'
import type { ImportProgress } from '../../storage/registry-import/progress.ts'
import { rejectedPathOf } from '../../storage/registry-import/rejected-file.ts'

/** `stopped` can go on where it was; a file that `failed` is mended and uploaded anew. */
export type ImportState = 'none' | 'running' | 'stopped' | 'done' | 'failed'

/** What is known of the last import. */
export interface ImportJob {
  readonly state: ImportState
  readonly startedAtMs?: number
  readonly endedAtMs?: number
  readonly startedBy?: string
  /** While it runs. */
  readonly progress?: ImportProgress
  /** Of one that is done. */
  readonly report?: Omit<ImportReport, 'rejectedPath'>
  /** Why it stopped or failed: a `RegistryErrorCode`, or `internal`. */
  readonly problem?: string
  /** A column or position, never a value. */
  readonly detail?: string
}

/**
 * - `import_running`: one at a time.
 * - `nothing_to_import`: no file waits to be taken up again.
 * - `import_not_running`: there is nothing to stop.
 */
export type ImportRefusal = 'import_running' | 'nothing_to_import' | 'import_not_running'

export interface RegistryImportParts {
  /** Its own, where the file and the last state are. */
  readonly directory: string
  readonly clock: Clock
  /** Begins the work on a file. */
  readonly run: (
    csvPath: string,
    onProgress: (progress: ImportProgress) => void,
  ) => BesideRun<ImportReport>
  /** Told of each import that is done, for the audit. */
  readonly onDone: (actor: string, report: ImportReport) => Promise<void>
  readonly onFailure: (error: unknown) => void
}

const OWNER_ONLY = 0o700
const NONE: ImportJob = { state: 'none' }

export class RegistryImport {
  readonly #parts: RegistryImportParts
  #job: ImportJob
  #run: BesideRun<ImportReport> | undefined
  #ended: Promise<void> = Promise.resolve()

  constructor(parts: RegistryImportParts) {
    this.#parts = parts
    this.#job = this.#remembered()
  }

  get job(): ImportJob {
    return this.#job
  }

  /** Rows that were not taken, each by its line and reason; absent where all were. */
  get rejectedPath(): string | undefined {
    const path = rejectedPathOf(this.#csvPath)
    return existsSync(path) ? path : undefined
  }

  /** Begins with an uploaded file, which is moved away. */
  start(uploadedPath: string, actor: string): ImportJob | ImportRefusal {
    if (this.#run !== undefined) return 'import_running'
    mkdirSync(this.#parts.directory, { recursive: true, mode: OWNER_ONLY })
    rmSync(rejectedPathOf(this.#csvPath), { force: true })
    renameSync(uploadedPath, this.#csvPath)
    return this.#begin(actor)
  }

  /** Goes on where it was stopped. */
  resume(actor: string): ImportJob | ImportRefusal {
    if (this.#run !== undefined) return 'import_running'
    if (!existsSync(this.#csvPath)) return 'nothing_to_import'
    return this.#begin(actor)
  }

  /** Stops what runs; what it has made is kept. */
  stop(): ImportJob | ImportRefusal {
    if (this.#run === undefined) return 'import_not_running'
    this.#run.stop()
    return this.#job
  }

  /** Removes the file, what was made of it, and what is known of it. */
  discard(): ImportJob | ImportRefusal {
    if (this.#run !== undefined) return 'import_running'
    rmSync(this.#parts.directory, { recursive: true, force: true })
    this.#job = NONE
    return this.#job
  }

  /** Stops, and settles when it has stopped. */
  async close(): Promise<void> {
    this.#run?.stop()
    await this.#ended
  }

  #begin(actor: string): ImportJob {
    const { clock, run } = this.#parts
    this.#keep({ state: 'running', startedAtMs: clock.nowMs(), startedBy: actor })
    this.#run = run(this.#csvPath, (progress) => {
      if (this.#job.state === 'running') this.#job = { ...this.#job, progress }
    })
    this.#ended = this.#finish(this.#run, actor)
    return this.#job
  }

  async #finish(run: BesideRun<ImportReport>, actor: string): Promise<void> {
    const { clock, onDone, onFailure } = this.#parts
    const { progress: _, ...began } = this.#job
    try {
      const { rejectedPath: __, ...report } = await run.result
      rmSync(this.#csvPath, { force: true })
      this.#keep({ ...began, state: 'done', endedAtMs: clock.nowMs(), report })
      await onDone(actor, { ...report, rejectedPath: undefined })
    } catch (error) {
      if (this.#job.state === 'done') return onFailure(error)
      const end = endOf(error)
      // It holds people in clear, and is of no more use.
      if (end.state === 'failed') rmSync(this.#csvPath, { force: true })
      this.#keep({ ...began, endedAtMs: clock.nowMs(), ...end })
      if (!(error instanceof RegistryError)) onFailure(error)
    } finally {
      this.#run = undefined
    }
  }

  /** The state outlives the process; progress does not. */
  #keep(job: ImportJob): void {
    this.#job = job
    replaceJson(this.#statePath, job)
  }

  #remembered(): ImportJob {
    try {
      const job = JSON.parse(readFileSync(this.#statePath, 'utf8')) as ImportJob
      return job.state === 'running' ? { ...job, state: 'stopped', problem: 'interrupted' } : job
    } catch {
      return NONE
    }
  }

  get #csvPath(): string {
    return join(this.#parts.directory, 'import.csv')
  }

  get #statePath(): string {
    return join(this.#parts.directory, 'import.json')
  }
}

/** What can go on as it is, and what needs another file. */
const RESUMABLE = ['interrupted', 'disk_full', 'busy', 'unwritable']

function endOf(error: unknown): Pick<ImportJob, 'state' | 'problem' | 'detail'> {
  if (!(error instanceof RegistryError)) return { state: 'stopped', problem: 'internal' }
  const { code, detail } = error
  // The others of these details name paths of the machine.
  const told = code.endsWith('_column') || code === 'unreadable_csv'
  return {
    state: RESUMABLE.includes(code) ? 'stopped' : 'failed',
    problem: code,
    ...(told && detail !== '' && { detail }),
  }
}
