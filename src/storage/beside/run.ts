/**
 * Long work beside a running service, such as an import or a proof of the ledger: in a thread, so that
 * no call waits for it, and with connections of its own.
 */
import { Worker } from 'node:worker_threads'
import type { Secret } from '../../domain/secret.ts'
import { RegistryError } from '../records/registry-error.ts'
import type { ImportProgress } from '../registry-import/progress.ts'
import type { Place } from '../store.ts'
import type { BesideMessage, BesideOrder, BesidePlace, BesideResults, BesideTask } from './task.ts'

/** The installation that threads are to open. */
export interface BesideSettings extends Place {
  readonly keyFile: string
  readonly registryDir: string
  readonly production: boolean
}

export interface BesideRun<Result> {
  /** Rejects with a `RegistryError`, or with an `Error` when the machinery failed. */
  readonly result: Promise<Result>
  /** Asks the work to stop; what it had is kept where it can go on. */
  stop(): void
}

/** Begins a task. */
export function runBeside<Task extends BesideTask>(
  settings: BesideSettings,
  task: Task,
  { nowMs, onProgress }: { nowMs: number; onProgress?: (progress: ImportProgress) => void },
): BesideRun<BesideResults[Task['kind']]> {
  const workerData: BesideOrder = { place: placeOf(settings), task, nowMs }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
  const { promise, resolve, reject } = Promise.withResolvers<BesideResults[Task['kind']]>()
  worker.on('message', (message: BesideMessage) => {
    if (message.kind === 'progress') onProgress?.(message.progress)
    else if (message.kind === 'done') resolve(message.result as BesideResults[Task['kind']])
    else if (message.kind === 'refused') reject(new RegistryError(message.code, message.detail))
    else reject(new Error(message.message))
  })
  worker.on('error', reject)
  // After its result, or because the thread died without one.
  worker.on('exit', () => reject(new Error('the thread ended before its work')))
  return { result: promise, stop: () => worker.postMessage('stop') }
}

function placeOf({ databaseUrl, nodeName, ...settings }: BesideSettings): BesidePlace {
  const { dataDir, keyFile, registryDir, production } = settings
  return {
    ...{ dataDir, keyFile, registryDir, production },
    ...(databaseUrl !== undefined && { databaseUrl: (databaseUrl as Secret).reveal() }),
    ...(nodeName !== undefined && { nodeName }),
  }
}
