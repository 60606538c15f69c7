/**
 * Long reads of the control plane on SQLite, in a thread of their own: the driver there answers only
 * when it has all rows, and on the thread that serves calls they would wait for it. The thread begins
 * with the first question.
 */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { SqlReader } from '../sql/engine.ts'
import type { Schema } from '../sql/schema.ts'
import { StorageError } from '../storage-error.ts'
import { inSnapshot } from './engine.ts'
import type { ReaderAnswer, ReaderQuestion } from './reader-messages.ts'

/** So many snapshots are held at the same time; who comes then waits for one of them. */
const CONNECTIONS = 4

/** Opens the store of a data directory for reading; who opens it closes it. */
export function openReader(dataDir: string): SqlReader & { close(): Promise<void> } {
  const queries = new Kysely<Schema>({
    dialect: {
      createAdapter: () => new ReaderAdapter(),
      createDriver: () => new ReaderDriver(new ReaderLink(dataDir)),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  return {
    name: 'sqlite',
    queries,
    snapshot: (action) =>
      queries.connection().execute((connection) => inSnapshot(connection, action)),
    close: () => queries.destroy(),
  }
}

/** The query builder would let only one connection of this engine be asked at a time. */
class ReaderAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Hands the thread's connections out, one to each who reads. */
class ReaderDriver implements Driver {
  readonly #link: ReaderLink
  readonly #idle: DatabaseConnection[]
  readonly #waiting: ((connection: DatabaseConnection) => void)[] = []

  constructor(link: ReaderLink) {
    this.#link = link
    this.#idle = Array.from({ length: CONNECTIONS }, (_, i) => connectionOver(link, i))
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#idle.pop() ?? new Promise((resolve) => this.#waiting.push(resolve))
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const next = this.#waiting.shift()
    if (next === undefined) this.#idle.push(connection)
    else next(connection)
  }

  async beginTransaction(): Promise<void> {
    throw new Error('a reader writes nothing')
  }

  commitTransaction = this.beginTransaction
  rollbackTransaction = this.beginTransaction

  destroy(): Promise<void> {
    return this.#link.close()
  }
}

function connectionOver(link: ReaderLink, connection: number): DatabaseConnection {
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      return { rows: (await link.ask({ connection, sql, parameters })) as Row[] }
    },
    streamQuery() {
      throw new Error('a reader gives its rows at once')
    },
  }
}

interface Waiter {
  readonly resolve: (rows: readonly unknown[]) => void
  readonly reject: (error: Error) => void
}

/** The line to the thread; one that has died is followed by another at the next question. */
class ReaderLink {
  readonly #dataDir: string
  #worker: Worker | undefined
  /** Who waits for the next answers, in the order of the questions. */
  #waiting: Waiter[] = []

  constructor(dataDir: string) {
    this.#dataDir = dataDir
  }

  ask(question: ReaderQuestion): Promise<readonly unknown[]> {
    this.#worker ??= this.#start()
    // The thread keeps a process alive for as long as somebody waits for it.
    this.#worker.ref()
    this.#worker.postMessage(question)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    // The same file with the extension this one runs under: source or emitted.
    const url = new URL(`./reader-thread${extname(import.meta.url)}`, import.meta.url)
    const worker = new Worker(url, { workerData: this.#dataDir })
    worker.on('message', (answer: ReaderAnswer) => this.#receive(worker, answer))
    worker.on('error', (error) => this.#die(worker, error as Error))
    worker.on('exit', () => this.#die(worker, new Error('the reader thread ended')))
    return worker
  }

  #receive(worker: Worker, answer: ReaderAnswer): void {
    const waiter = this.#waiting.shift()
    if (this.#waiting.length === 0) worker.unref()
    if ('rows' in answer) waiter?.resolve(answer.rows)
    else waiter?.reject(errorOf(answer))
  }

  #die(worker: Worker, error: Error): void {
    if (worker !== this.#worker) return
    this.#worker = undefined
    const waiting = this.#waiting
    this.#waiting = []
    for (const { reject } of waiting) reject(error)
  }
}

function errorOf({ code, message }: Exclude<ReaderAnswer, { rows: unknown }>): Error {
  return code === undefined ? new Error(message) : new StorageError(code, message)
}
