/** The work of an import that is worth a thread of its own, and the messages by which it is given. */
import { type MergeResult, type MergeTask, runMerge } from '../records/merge.ts'
import { RegistryError, type RegistryErrorCode } from '../records/registry-error.ts'
import { type RunCounts, type RunPlan, type RunTask, writeRun } from './run.ts'

export type ImportTask = RunTask | MergeTask

/** What a worker says: how far it is, what came of its task, or why nothing did. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly counts: RunCounts; readonly bytes: number }
  | { readonly kind: 'done'; readonly result: RunCounts | MergeResult }
  | { readonly kind: 'refused'; readonly code: RegistryErrorCode; readonly detail: string }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Carries out a task in the calling thread and says what came of it. */
export function carryOut(
  plan: RunPlan,
  task: ImportTask,
  say: (message: WorkerMessage) => void,
): void {
  try {
    const result =
      task.kind === 'merge'
        ? runMerge(task)
        : writeRun(plan, task, (counts, bytes) => say({ kind: 'progress', counts, bytes }))
    say({ kind: 'done', result })
  } catch (error) {
    // A class does not survive the way between threads, so a typed error goes as its values.
    if (error instanceof RegistryError) {
      say({ kind: 'refused', code: error.code, detail: error.detail })
    } else {
      say({ kind: 'failed', error })
    }
  }
}
