/**
 * Where a fault is played: one node on its own installation, a client that writes down what it is
 * told, and the same judge at the end as in the proof by kills.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, type Ground } from '../prove/client.ts'
import { readHistory, readLedger } from '../prove/evidence.ts'
import { History } from '../prove/history.ts'
import { exportLedger, furnish, type Installation } from '../prove/installation.ts'
import { judge } from '../prove/judge.ts'
import { ProvenNode } from '../prove/node.ts'
import { randomOf } from '../prove/random.ts'
import { runCli } from '../support/kayan-process.ts'

export interface Stage {
  readonly directory: string
  readonly installation: Installation
  readonly node: ProvenNode
  readonly ground: Ground
  readonly client: Client
  /** Ends the service and judges all that happened: each breach in words. */
  judged(): Promise<string[]>
  [Symbol.asyncDispose](): Promise<void>
}

export interface StageOptions {
  readonly seed: number
  /** Whether its clock will be set. */
  readonly clockSteps?: boolean
  /** Of the node's environment. */
  readonly variables?: Readonly<Record<string, string>>
  /** Where the installation lies; beside the history by default. */
  readonly installationDirectory?: string
}

/** Clients that call without a pause until `running` is false; resolves when all are through. */
export function crowd({ ground }: Stage, clients: number, seed: number): Promise<unknown> {
  const all = Array.from({ length: clients }, (_, i) => new Client(ground, randomOf(seed, i + 1)))
  return Promise.all(all.map((client) => client.run()))
}

/** Makes an installation; its node is not started yet. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { seed, variables, clockSteps = false } = options
  const directory = mkdtempSync(join(tmpdir(), 'kayan-fault-'))
  const furniture = { nodes: 1, databaseUrl: undefined, buyers: 'one' } as const
  const made = await furnish(options.installationDirectory ?? directory, furniture)
  const installation = { ...made, variables: { ...made.variables, ...variables } }
  const historyPath = join(directory, 'history.jsonl')
  const history = new History(historyPath)
  history.add({ kind: 'run', seed, engine: 'sqlite', nodes: 1, kills: 0, clockSteps })
  const dataDir = installation.dataDirs[0]!
  const node = new ProvenNode(1, dataDir, installation.variables, history)
  const { buyers } = installation
  const ground: Ground = {
    buyers,
    nodes: [node],
    history,
    nextOp: 0,
    running: true,
    clockAheadS: 0,
  }
  const client = new Client(ground, randomOf(seed))
  return {
    directory,
    installation,
    node,
    ground,
    client,
    async judged() {
      const code = await node.stop()
      history.close()
      const ledgerPath = join(directory, 'ledger.jsonl')
      await exportLedger(installation, ledgerPath)
      const witness = readHistory(readFileSync(historyPath, 'utf8'))
      const ledger = readLedger(readFileSync(ledgerPath, 'utf8'))
      const breaches = judge(witness, ledger).flatMap(({ id, breaches }) =>
        breaches.map((breach) => `${id}: ${breach}`),
      )
      if (code !== 0) breaches.push(`the last SIGTERM ended with ${code}`)
      const verified = await runCli(dataDir, ['ledger', 'verify'], installation)
      if (verified.code !== 0) breaches.push(`ledger verify: ${verified.stdout}${verified.stderr}`)
      return breaches
    },
    async [Symbol.asyncDispose]() {
      client.close()
      await node.kill()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
