/** The thread that runs a share of the seeds of the simulation. */
import { parentPort, workerData } from 'node:worker_threads'
import { Cluster } from '../sim/cluster.ts'
import { World } from '../sim/world.ts'
import type { SeedRange } from './simulation.ts'

const WORLD_STEPS = 40
const CLUSTER_STEPS = 200

const { from, to, step } = workerData as SeedRange
const findings: string[] = []
for (let seed = from; seed < to; seed += step) {
  const server = new World(seed).run(WORLD_STEPS)
  if (server !== undefined) findings.push(`server, seed ${seed}: ${server}`)
  const cluster = new Cluster(seed).run(CLUSTER_STEPS)
  if (cluster !== undefined) findings.push(`cluster, seed ${seed}: ${cluster}`)
}
parentPort?.postMessage(findings)
