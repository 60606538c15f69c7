/** Worker thread of `import-pool.ts`. */
import { parentPort, workerData } from 'node:worker_threads'
import { carryOut, type ImportTask } from './import-task.ts'
import type { RunPlan } from './run.ts'

parentPort?.on('message', (task: ImportTask) => {
  carryOut(workerData as RunPlan, task, (message) => parentPort?.postMessage(message))
})
