/**
 * C16: ten thousand seeds of the simulation, each one server on a disk that loses, reorders and tears
 * what was not synced, and one cluster on a database; within a minute.
 */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { endOf, type Suite } from './suite.ts'

const SEEDS = 10_000
const SECONDS_MAX = 60

/** Seeds from `from` on, every `step`th, below `to`. */
export interface SeedRange {
  readonly from: number
  readonly to: number
  readonly step: number
}

export const simulation: Suite = {
  name: 'C16 simulation',
  async run(seed, print) {
    const startedMs = performance.now()
    const threads = availableParallelism()
    const to = seed + SEEDS
    const ranges = Array.from({ length: threads }, (_, i) => ({
      from: seed + i,
      to,
      step: threads,
    }))
    const findings = (await Promise.all(ranges.map(simulate))).flat()
    const seconds = (performance.now() - startedMs) / 1_000
    if (seconds > SECONDS_MAX) print(`slow: ${seconds.toFixed(0)} s, meant for ${SECONDS_MAX} s`)
    return endOf(findings, `${SEEDS} seeds from ${seed} on in ${seconds.toFixed(1)} s`)
  },
}

async function simulate(range: SeedRange): Promise<string[]> {
  const url = new URL('./simulation-thread.ts', import.meta.url)
  const worker = new Worker(url, { workerData: range })
  const [findings] = await once(worker, 'message')
  return findings as string[]
}
