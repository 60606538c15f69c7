/**
 * Importing a CSV of cardholders into the registry.
 *
 * The CSV is cut into stretches of whole lines; worker threads turn each into a sorted run of
 * tokens, and a checkpoint remembers which are done. At the end the runs are merged into one segment,
 * which a new manifest makes live at once. Until then a server sees the old registry, whatever
 * happens here.
 */
import type { Clock } from '../../domain/clock.ts'
import type { PrecheckPolicy } from '../../domain/elements.ts'
import type { Keyring } from '../../domain/keyring.ts'
import { deriveTokenKeys } from '../../domain/token.ts'
import { makeDirectory, syncDirectory } from '../records/durable-file.ts'
import { lockDirectory } from '../records/lock.ts'
import {
  emptyManifest,
  partialImportPath,
  readManifest,
  removeOrphans,
  removePartialImport,
} from '../records/manifest.ts'
import { RegistryError } from '../records/registry-error.ts'
import { FORMAT_VERSION } from '../records/segment-header.ts'
import {
  type CompletedRun,
  type ImportIdentity,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts'
import type { Columns } from './columns.ts'
import { type CsvEncoding, CsvFile } from './csv-file.ts'
import { ImportPool } from './import-pool.ts'
import { type ImportProgress, ProgressMeter } from './progress.ts'
import { type Changes, publish } from './publish.ts'
import { writeRejectedFile } from './rejected-file.ts'
import type { RunTask } from './run.ts'

/** Least bytes of CSV in a run: about a second of work, lost at most when an import is killed. */
const RUN_BYTES_MIN = 4 * 2 ** 20
/** All runs of an import are open together when they are merged; more of them take less memory. */
const RUNS_MAX = 400
/** Below this a single thread is done before a worker has started. */
const POOLED_BYTES_MIN = 4 * 2 ** 20

export interface ImportRequest {
  readonly csvPath: string
  readonly directory: string
  readonly keyring: Keyring
  readonly clock: Clock
  /** How strictly rows are judged; `format` by default. */
  readonly policy?: PrecheckPolicy
  /** Stops the import; the same import goes on later where it was. */
  readonly signal?: AbortSignal
  /** Bytes of CSV in a run; smaller ones make a test of a small file like a large one. */
  readonly runBytes?: number
  onProgress?(progress: ImportProgress): void
}

/** What an import did. */
export interface ImportReport extends Changes {
  readonly rows: number
  readonly rejected: number
  /** Rows whose card a later row names again. */
  readonly superseded: number
  readonly encoding: CsvEncoding
  /** Whether an interrupted import went on. */
  readonly resumed: boolean
  /** The file of rejected rows, when there are any. */
  readonly rejectedPath: string | undefined
  readonly seconds: number
}

/** Imports a CSV; throws a `RegistryError` and leaves the live registry as it was when it cannot. */
export async function importRegistry(request: ImportRequest): Promise<ImportReport> {
  const { csvPath, directory, keyring } = request
  const csv = new CsvFile(csvPath)
  try {
    const encoding = csv.encoding()
    const { columns, endOffset } = csv.heading(encoding)
    readManifest(directory, keyring.fingerprint())
    makeDirectory(directory)
    const unlock = lockDirectory(directory)
    try {
      return await new Import(request, csv, encoding).run(columns, endOffset)
    } finally {
      unlock()
    }
  } finally {
    csv.close()
  }
}

class Import {
  readonly #request: ImportRequest
  readonly #csv: CsvFile
  readonly #identity: ImportIdentity
  readonly #runsDirectory: string

  constructor(request: ImportRequest, csv: CsvFile, encoding: CsvEncoding) {
    this.#request = request
    this.#csv = csv
    this.#runsDirectory = partialImportPath(request.directory)
    this.#identity = {
      format: FORMAT_VERSION,
      keyFingerprint: request.keyring.fingerprint(),
      csv: csv.identity(request.keyring),
      policy: request.policy ?? 'format',
      encoding,
      runBytes: request.runBytes ?? Math.max(RUN_BYTES_MIN, Math.ceil(csv.bytes / RUNS_MAX)),
    }
  }

  async run(columns: Columns, bodyOffset: number): Promise<ImportReport> {
    const { clock, onProgress, directory } = this.#request
    const found = readCheckpoint(this.#runsDirectory, this.#identity)
    removeOrphans(directory)
    if (found === undefined) this.#begin()
    const stretches = [...this.#csv.stretches(bodyOffset, this.#identity.runBytes)]
    const tasks = stretches.map((stretch, i): RunTask => ({ kind: 'run', id: i + 1, ...stretch }))
    const meter = new ProgressMeter({ clock, tasks, found: found ?? [], onProgress })
    const pool = this.#openPool(columns)
    try {
      const runs = await this.#orInterrupted(this.#readAll(pool, tasks, found ?? [], meter))
      this.#csv.assertUnchanged()
      meter.writing()
      const rejectedPath = writeRejectedFile(this.#request.csvPath, this.#runsDirectory, runs)
      const changes = await this.#orInterrupted(this.#publish(pool, runs))
      removePartialImport(directory)
      const { rows, rejected, seconds } = meter.totals()
      const superseded = rows - rejected - changes.added - changes.changed - changes.unchanged
      const { encoding } = this.#identity
      const resumed = found !== undefined
      return { ...changes, rows, rejected, superseded, encoding, resumed, rejectedPath, seconds }
    } finally {
      await pool.close()
      // When one of two merges fails, the other is stopped in the middle of its file.
      removeOrphans(directory)
    }
  }

  #begin(): void {
    removePartialImport(this.#request.directory)
    makeDirectory(this.#runsDirectory)
  }

  #openPool(columns: Columns): ImportPool {
    const { csvPath, keyring } = this.#request
    const { encoding, policy, keyFingerprint } = this.#identity
    const keys = deriveTokenKeys(keyring)
    const directory = this.#runsDirectory
    const plan = { keys, columns, encoding, policy, csvPath, keyFingerprint, directory }
    return new ImportPool(plan, this.#csv.bytes >= POOLED_BYTES_MIN)
  }

  /** Makes all runs that are not there yet; returns all of them in the order of the file. */
  async #readAll(
    pool: ImportPool,
    tasks: readonly RunTask[],
    found: readonly CompletedRun[],
    meter: ProgressMeter,
  ): Promise<CompletedRun[]> {
    const done = [...found]
    const open = tasks.filter((task) => !found.some((run) => run.id === task.id))
    await Promise.all(
      open.map(async (task) => {
        const counts = await pool.run(task, (partial, bytes) => meter.advance(task, partial, bytes))
        done.push({ id: task.id, ...counts })
        syncDirectory(this.#runsDirectory)
        writeCheckpoint(this.#runsDirectory, this.#identity, done)
      }),
    )
    return done.sort((a, b) => a.id - b.id)
  }

  async #publish(pool: ImportPool, runs: readonly CompletedRun[]): Promise<Changes> {
    const { directory } = this.#request
    const { keyFingerprint } = this.#identity
    const manifest = readManifest(directory, keyFingerprint) ?? emptyManifest(keyFingerprint)
    const ids = runs.map((run) => run.id)
    return publish(directory, manifest, ids, (task) => pool.merge(task))
  }

  /** The result of some work, or `interrupted` as soon as the signal says so. */
  async #orInterrupted<T>(work: Promise<T>): Promise<T> {
    const { signal } = this.#request
    if (signal === undefined) return work
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const abort = () => reject(new RegistryError('interrupted'))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    // Whoever loses the race must not count as unhandled.
    work.catch(() => {})
    try {
      return await Promise.race([aborted, work])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }
}
