/**
 * Importing a CSV of cardholders into the registry.
 *
 * Chunks of lines are tokenised on worker threads, collected, and every half million rows written as
 * a sorted run with a checkpoint; at the end the runs are merged into one segment, which a new
 * manifest makes live at once. Until then a server sees the old registry, whatever happens here.
 */
import type { Clock } from '../../domain/clock.ts'
import type { PrecheckPolicy } from '../../domain/elements.ts'
import type { Keyring } from '../../domain/keyring.ts'
import { deriveTokenKeys } from '../../domain/token.ts'
import { compact } from '../records/compact.ts'
import { makeDirectory } from '../records/durable-file.ts'
import { lockDirectory } from '../records/lock.ts'
import {
  emptyManifest,
  partialImportPath,
  readManifest,
  removeOrphans,
  removePartialImport,
} from '../records/manifest.ts'
import { RegistryError } from '../records/registry-error.ts'
import {
  type Checkpoint,
  type ImportIdentity,
  importIdentity,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts'
import type { Columns } from './columns.ts'
import { type Chunk, CsvFile } from './csv-file.ts'
import { type Changes, publish } from './publish.ts'
import {
  appendRejected,
  type RejectedRow,
  rejectedPathOf,
  removeRejected,
} from './rejected-file.ts'
import { RunBuffer } from './runs.ts'
import type { TokenisedChunk } from './tokenise.ts'
import { openPool, type TokenisePool } from './tokenise-pool.ts'

/** Sizes by which an import proceeds; smaller ones make a test of a small file like a large one. */
export interface ImportSizes {
  readonly chunkBytes: number
  /** Rows between checkpoints: a few seconds of work, some 100 MB of memory. */
  readonly runRows: number
}

const SIZES: ImportSizes = { chunkBytes: 2 ** 20, runRows: 500_000 }

export interface ImportProgress {
  /** `read`: tokenising rows; `write`: merging them into the registry. */
  readonly phase: 'read' | 'write'
  readonly rows: number
  readonly rejected: number
  readonly rowsPerSecond: number
  readonly bytesDone: number
  readonly bytesTotal: number
  /** Of reading; undefined until there is a rate. */
  readonly secondsLeft: number | undefined
}

export interface ImportRequest {
  readonly csvPath: string
  readonly directory: string
  readonly keyring: Keyring
  readonly clock: Clock
  /** How strictly rows are judged; `format` by default. */
  readonly policy?: PrecheckPolicy
  readonly signal?: AbortSignal
  readonly sizes?: ImportSizes
  onProgress?(progress: ImportProgress): void
}

/** What an import did. `superseded` rows named a card that a later row named again. */
export interface ImportReport extends Changes {
  readonly rows: number
  readonly rejected: number
  readonly superseded: number
  readonly encoding: ImportIdentity['encoding']
  /** Whether an interrupted import went on. */
  readonly resumed: boolean
  /** The file of rejected rows, when there are any. */
  readonly rejectedPath: string | undefined
  readonly seconds: number
}

/** Imports a CSV; throws a `RegistryError` and leaves the live registry as it was when it cannot. */
export async function importRegistry(request: ImportRequest): Promise<ImportReport> {
  const csv = new CsvFile(request.csvPath)
  try {
    const encoding = csv.encoding()
    const { columns, endOffset } = csv.heading(encoding)
    readManifest(request.directory, request.keyring.fingerprint())
    makeDirectory(request.directory)
    const unlock = lockDirectory(request.directory)
    try {
      const policy = request.policy ?? 'format'
      const keyFingerprint = request.keyring.fingerprint()
      const identity = importIdentity({
        keyFingerprint,
        csv: csv.identity(request.keyring),
        policy,
        encoding,
      })
      return await new Import(request, csv, identity).run(columns, endOffset)
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
  readonly #sizes: ImportSizes
  readonly #runsPath: string
  readonly #rejectedPath: string
  readonly #startUs: number

  constructor(request: ImportRequest, csv: CsvFile, identity: ImportIdentity) {
    this.#request = request
    this.#csv = csv
    this.#identity = identity
    this.#sizes = request.sizes ?? SIZES
    this.#runsPath = partialImportPath(request.directory)
    this.#rejectedPath = rejectedPathOf(request.csvPath)
    this.#startUs = request.clock.monotonicUs()
  }

  async run(columns: Columns, bodyOffset: number): Promise<ImportReport> {
    const { directory } = this.#request
    const found = readCheckpoint(this.#runsPath, this.#identity)
    const start = found ?? this.#begin(bodyOffset)
    const end = await this.#read(start, columns)
    this.#csv.assertUnchanged()
    const changes = await this.#publish(end, start.rows)
    removePartialImport(directory)
    const { rows, rejected } = end
    return {
      ...changes,
      rows,
      rejected,
      superseded: rows - rejected - changes.added - changes.changed - changes.unchanged,
      encoding: this.#identity.encoding,
      resumed: found !== undefined,
      rejectedPath: rejected > 0 ? this.#rejectedPath : undefined,
      seconds: this.#seconds(),
    }
  }

  #begin(offset: number): Checkpoint {
    removePartialImport(this.#request.directory)
    makeDirectory(this.#runsPath)
    removeRejected(this.#rejectedPath)
    const none = { rows: 0, rejected: 0, rejectedBytes: 0, runs: 0 }
    return { identity: this.#identity, offset, lines: 1, ...none }
  }

  /** Tokenises from a checkpoint to the end of the file; returns the checkpoint at the end. */
  async #read(start: Checkpoint, columns: Columns): Promise<Checkpoint> {
    const { encoding, policy } = this.#identity
    const keys = deriveTokenKeys(this.#request.keyring)
    const pool = openPool({ keys, columns, encoding, policy }, this.#csv.bytes - start.offset)
    try {
      const chunks = this.#csv.chunks(start.offset, this.#sizes.chunkBytes)
      return await this.#collect(start, tokeniseInOrder(chunks, pool))
    } finally {
      await pool.close()
    }
  }

  async #collect(
    start: Checkpoint,
    chunks: AsyncIterable<{ chunk: Chunk; result: TokenisedChunk }>,
  ): Promise<Checkpoint> {
    const buffer = new RunBuffer()
    let saved = start
    let now = start
    let rejected: RejectedRow[] = []
    const save = () => {
      if (now === saved) return
      saved = this.#save(now, buffer, rejected)
      now = saved
      rejected = []
    }
    for await (const { chunk, result } of chunks) {
      buffer.add(result)
      for (const { line, reason } of result.rejected) {
        rejected.push({ line: now.lines + line, reason })
      }
      now = advance(now, chunk, result)
      this.#report('read', now, start)
      const stop = this.#request.signal?.aborted === true
      if (stop || now.rows - saved.rows >= this.#sizes.runRows) save()
      if (stop) throw new RegistryError('interrupted')
    }
    save()
    return saved
  }

  /** Makes everything up to `now` durable: the run, the rejected rows, and last the checkpoint. */
  #save(now: Checkpoint, buffer: RunBuffer, rejected: readonly RejectedRow[]): Checkpoint {
    const runs = now.runs + 1
    buffer.flush(this.#runsPath, runs, this.#identity.keyFingerprint)
    const rejectedBytes = appendRejected(this.#rejectedPath, now.rejectedBytes, rejected)
    const checkpoint = { ...now, runs, rejectedBytes }
    writeCheckpoint(this.#runsPath, checkpoint)
    return checkpoint
  }

  async #publish(end: Checkpoint, startRows: number): Promise<Changes> {
    const { directory, signal } = this.#request
    const { keyFingerprint } = this.#identity
    const manifest = readManifest(directory, keyFingerprint) ?? emptyManifest(keyFingerprint)
    removeOrphans(directory, manifest.segmentIds)
    const onProgress = () => this.#report('write', end, { ...end, rows: startRows })
    const published = await publish({ directory, manifest, runs: end.runs, signal, onProgress })
    await compact(directory, published.manifest, signal)
    return published.changes
  }

  #report(phase: ImportProgress['phase'], now: Checkpoint, start: Checkpoint): void {
    const seconds = this.#seconds()
    const bytesPerSecond = (now.offset - start.offset) / seconds
    const bytesTotal = this.#csv.bytes
    this.#request.onProgress?.({
      phase,
      rows: now.rows,
      rejected: now.rejected,
      rowsPerSecond: seconds > 0 ? (now.rows - start.rows) / seconds : 0,
      bytesDone: now.offset,
      bytesTotal,
      secondsLeft: bytesPerSecond > 0 ? (bytesTotal - now.offset) / bytesPerSecond : undefined,
    })
  }

  #seconds(): number {
    return (this.#request.clock.monotonicUs() - this.#startUs) / 1e6
  }
}

function advance(now: Checkpoint, chunk: Chunk, result: TokenisedChunk): Checkpoint {
  return {
    ...now,
    offset: chunk.endOffset,
    lines: now.lines + result.lines,
    rows: now.rows + result.rows,
    rejected: now.rejected + result.rejected.length,
  }
}

/** Keeps the pool busy and yields results in the order of the file, so that later rows win. */
async function* tokeniseInOrder(
  chunks: Iterable<Chunk>,
  pool: TokenisePool,
): AsyncGenerator<{ chunk: Chunk; result: TokenisedChunk }> {
  const underWay: Promise<{ chunk: Chunk; result: TokenisedChunk }>[] = []
  for (const chunk of chunks) {
    const work = pool.tokenise(chunk.bytes).then((result) => ({ chunk, result }))
    // A failure is met where its turn comes; until then it must not count as unhandled.
    work.catch(() => {})
    underWay.push(work)
    const first = underWay.length >= pool.ahead ? underWay.shift() : undefined
    if (first) yield await first
  }
  for (const work of underWay) yield await work
}
