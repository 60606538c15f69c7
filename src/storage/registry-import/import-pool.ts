/** Carrying out tasks of an import on several cores; a small file is not worth the start of a thread. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { MergeResult, MergeTask } from '../records/merge.ts'
import { RegistryError } from '../records/registry-error.ts'
import { carryOut, type ImportTask, type WorkerMessage } from './import-task.ts'
import type { RunCounts, RunPlan, RunTask } from './run.ts'

const WORKERS_MAX = 8

/** Called as a run goes on. */
export type OnRunProgress = (counts: RunCounts, bytes: number) => void

/** The way to one thread. */
interface Channel {
  send(task: ImportTask, hear: (message: WorkerMessage) => void): void
  close(): Promise<void>
}

/** Gives each task to a free thread; tasks beyond their number wait their turn. */
export class ImportPool {
  readonly #free: Channel[]
  readonly #all: readonly Channel[]
  #closed = false
  readonly #waiting: ((channel: Channel) => void)[] = []

  /** With `pooled` false, tasks run in the calling thread. */
  constructor(plan: RunPlan, pooled: boolean) {
    const count = Math.min(WORKERS_MAX, availableParallelism())
    this.#all = pooled
      ? Array.from({ length: count }, () => openThread(plan))
      : [{ send: (task, hear) => carryOut(plan, task, hear), close: async () => {} }]
    this.#free = [...this.#all]
  }

  run(task: RunTask, onProgress: OnRunProgress): Promise<RunCounts> {
    return this.#carryOut(task, onProgress) as Promise<RunCounts>
  }

  merge(task: MergeTask): Promise<MergeResult> {
    return this.#carryOut(task) as Promise<MergeResult>
  }

  /** Stops all threads at once; what they were writing has no name yet. */
  async close(): Promise<void> {
    this.#closed = true
    await Promise.all(this.#all.map((channel) => channel.close()))
  }

  async #carryOut(task: ImportTask, onProgress?: OnRunProgress): Promise<RunCounts | MergeResult> {
    const channel = await this.#take()
    try {
      const result = await this.#send(channel, task, onProgress)
      this.#assertOpen()
      return result
    } catch (error) {
      // One failure ends the import, so nothing that waits may still begin to write.
      this.#closed = true
      throw error
    } finally {
      this.#give(channel)
    }
  }

  #send(
    channel: Channel,
    task: ImportTask,
    onProgress?: OnRunProgress,
  ): Promise<RunCounts | MergeResult> {
    return new Promise((resolve, reject) => {
      channel.send(task, (message) => {
        if (message.kind === 'progress') onProgress?.(message.counts, message.bytes)
        else if (message.kind === 'done') resolve(message.result)
        else if (message.kind === 'failed') reject(message.error)
        else reject(new RegistryError(message.code, message.detail))
      })
    })
  }

  async #take(): Promise<Channel> {
    const { promise, resolve } = Promise.withResolvers<Channel>()
    const free = this.#free.pop()
    if (free) resolve(free)
    else this.#waiting.push(resolve)
    const channel = await promise
    // A turn of the loop before each task, so that a signal is heard when all run in this thread.
    await new Promise(setImmediate)
    this.#assertOpen()
    return channel
  }

  #assertOpen(): void {
    if (this.#closed) throw new RegistryError('interrupted')
  }

  #give(channel: Channel): void {
    const next = this.#waiting.shift()
    if (next) next(channel)
    else this.#free.push(channel)
  }
}

function openThread(plan: RunPlan): Channel {
  const worker = new Worker(new URL('./import-worker.ts', import.meta.url), { workerData: plan })
  let hear: (message: WorkerMessage) => void = () => {}
  worker.on('message', (message: WorkerMessage) => hear(message))
  worker.on('error', (error) => hear({ kind: 'failed', error }))
  return {
    send(task, listener) {
      hear = listener
      worker.postMessage(task)
    },
    async close() {
      await worker.terminate()
    },
  }
}
