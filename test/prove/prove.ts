/**
 * The proof by kills (`npm run prove`): drives the service with concurrent clients over both
 * protocols, kills it with SIGKILL at random moments, and hands what the clients wrote down, with
 * the ledger, to a separate checker.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { runCli } from '../support/kayan-process.ts'
import { type PostgresServer, postgresPrograms, startPostgres } from '../support/postgres.ts'
import { Client, type Ground } from './client.ts'
import { readHistory, type Witness } from './evidence.ts'
import { History } from './history.ts'
import { exportLedger, furnish, type Installation } from './installation.ts'
import { ProvenNode } from './node.ts'
import { type Random, randomOf } from './random.ts'
import { namesIn, numbersIn } from './scrub.ts'

const CLIENTS = 32
const LOAD_MS_MIN = 100
const LOAD_MS_MAX = 400
/** With the faults off every call that is open must find its answer by then. */
const LIVENESS_MS_MAX = 15_000
const REVERSALS = 5
const READY_MS_P99_MAX = 1_000
const CHECKER = join(import.meta.dirname, 'checker.ts')

interface Plan {
  readonly kills: number
  readonly engine: string
  readonly nodes: number
  readonly seed: number
  readonly buyers: 'all' | 'one'
  /** Where history and ledger are kept; a temporary directory, removed when all holds, by default. */
  readonly out: string | undefined
}

process.exitCode = await main()

async function main(): Promise<number> {
  const plan = readPlan()
  const directory = plan.out ?? mkdtempSync(join(tmpdir(), 'kayan-prove-'))
  mkdirSync(directory, { recursive: true })
  const stage = mkdtempSync(join(tmpdir(), 'kayan-stage-'))
  const postgres = plan.engine === 'postgres' ? await startCluster() : undefined
  let code = 1
  try {
    const databaseUrl = await postgres?.createDatabase()
    const { nodes, buyers } = plan
    const installation = await furnish(stage, { nodes, databaseUrl, buyers })
    code = await prove(plan, directory, installation)
    return code
  } finally {
    await postgres?.stop()
    rmSync(stage, { recursive: true, force: true })
    if (plan.out === undefined && code === 0) rmSync(directory, { recursive: true })
    else print(`history and ledger: ${directory}`)
  }
}

function readPlan(): Plan {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string', default: '100' },
      engine: { type: 'string', default: 'sqlite' },
      nodes: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
      buyers: { type: 'string', default: 'all' },
      out: { type: 'string' },
    },
  })
  const { engine, out } = values
  const plan = {
    kills: Number(values.kills),
    nodes: Number(values.nodes),
    seed: Number(values.seed),
    buyers: values.buyers === 'one' ? 'one' : 'all',
    engine,
    out,
  } as const
  const whole = [plan.kills, plan.nodes, plan.seed].every((n) => Number.isSafeInteger(n) && n >= 0)
  if (!whole || plan.nodes < 1) throw new Error('kills, nodes and seed are whole numbers')
  if (!['sqlite', 'postgres'].includes(engine)) throw new Error(`no engine is called ${engine}`)
  if (engine === 'sqlite' && plan.nodes > 1) throw new Error('SQLite serves one node')
  return plan
}

function startCluster(): Promise<PostgresServer> {
  if (postgresPrograms() === undefined) throw new Error('needs PostgreSQL (Debian: postgresql)')
  return startPostgres()
}

/** One run: kills, liveness, the end of the service, the checker. */
async function prove(plan: Plan, directory: string, stage: Installation): Promise<number> {
  const { kills, engine, nodes: count, seed } = plan
  print(`prove: ${engine}, nodes ${count}, kills ${kills}, clients ${CLIENTS}, seed ${seed}`)
  const historyPath = join(directory, 'history.jsonl')
  const ledgerPath = join(directory, 'ledger.jsonl')
  const history = new History(historyPath)
  history.add({ kind: 'run', seed, engine, nodes: count, kills, clockSteps: false })
  const nodes = stage.dataDirs.map(
    (dataDir, i) => new ProvenNode(i + 1, dataDir, stage.variables, history),
  )
  const startedMs = performance.now()
  for (const node of nodes) await node.start()
  const { buyers } = stage
  const ground: Ground = { buyers, nodes, history, nextOp: 0, running: true, clockAheadS: 0 }
  const clients = Array.from({ length: CLIENTS }, (_, i) => new Client(ground, randomOf(seed, i)))
  const finished = Promise.all(clients.map((client) => client.run()))
  await killAround(nodes, kills, randomOf(seed, CLIENTS))
  const liveMs = await finish(ground, finished)
  history.flush()
  await reverseSome(stage, history, read(historyPath))
  const codes = await Promise.all(nodes.map((node) => node.stop()))
  history.close()
  await exportLedger(stage, ledgerPath)

  tellRun(read(historyPath), (performance.now() - startedMs) / 1_000, liveMs)
  const ended = codes.every((code) => code === 0)
  print(`${ended ? 'ok  ' : 'FAIL'}  the last SIGTERM ended every node with 0`)
  const verified = await runCli(stage.dataDirs[0]!, ['ledger', 'verify'], stage)
  print(`${verified.code === 0 ? 'ok  ' : 'FAIL'}  kayan ledger verify`)
  if (verified.code !== 0) print(verified.stdout + verified.stderr)
  const files = [historyPath, ledgerPath]
  const clean = tellElements(nodes, files)
  const checked = spawnSync(process.execPath, [CHECKER, ...files], { encoding: 'utf8' })
  process.stdout.write(checked.stdout + checked.stderr)
  return checked.status === 0 && verified.code === 0 && ended && clean && live(liveMs) ? 0 : 1
}

/** The safety phase: at random moments one of the nodes dies without warning and comes back. */
async function killAround(
  nodes: readonly ProvenNode[],
  kills: number,
  random: Random,
): Promise<void> {
  for (let kill = 0; kill < kills; kill++) {
    await sleep(LOAD_MS_MIN + random(LOAD_MS_MAX - LOAD_MS_MIN))
    const node = nodes[random(nodes.length)]!
    await node.kill()
    await node.start()
  }
}

/** The liveness phase: no more faults and no new calls; how long the open ones took, milliseconds. */
async function finish(ground: Ground, finished: Promise<unknown>): Promise<number> {
  const fromMs = performance.now()
  ground.running = false
  const late = new AbortController()
  const timeout = sleep(LIVENESS_MS_MAX, 'late', { signal: late.signal }).catch(() => 'late')
  const end = await Promise.race([finished.then(() => 'finished'), timeout])
  late.abort()
  return end === 'finished' ? performance.now() - fromMs : Number.POSITIVE_INFINITY
}

function live(liveMs: number): boolean {
  return Number.isFinite(liveMs)
}

/** The operator undoes some charges, beside the service; the same one again is refused. */
async function reverseSome(stage: Installation, history: History, witness: Witness): Promise<void> {
  const charged = witness.answered.filter(
    ({ told, invoke }) => told.charged && invoke.protocol === 'tencent' && invoke.attempt === 1,
  )
  const chosen = charged.slice(0, REVERSALS).map(({ told }) => told.name)
  for (const requestId of [...chosen, ...chosen.slice(0, 1)]) {
    const args = ['ledger', 'reverse', requestId, '--reason', 'proof']
    const { code } = await runCli(stage.dataDirs[0]!, args, stage)
    history.add({ kind: 'reverse', requestId, accepted: code === 0 })
  }
}

function tellRun(witness: Witness, seconds: number, liveMs: number): void {
  const { attempts, answered, unanswered, kills } = witness
  // The first start of each node is none after a kill.
  const ready = witness.readyMs.slice(witness.run.nodes).sort((a, b) => a - b)
  const at = (share: number) => ready[Math.max(0, Math.ceil(ready.length * share) - 1)]
  print(
    `${kills} kills in ${seconds.toFixed(0)} s: ${attempts.length} requests, ${answered.length} replies, ${unanswered.length} without a reply and sent again`,
  )
  const p99Ms = at(0.99) ?? 0
  const verdict = p99Ms <= READY_MS_P99_MAX ? 'ok  ' : 'SLOW'
  print(
    `${verdict}  restart to ready: median ${at(0.5)} ms, p99 ${p99Ms} ms (goal ${READY_MS_P99_MAX}), slowest ${ready.at(-1)} ms`,
  )
  const calm = live(liveMs) ? `${liveMs.toFixed(0)} ms` : `not within ${LIVENESS_MS_MAX} ms`
  print(
    `${live(liveMs) ? 'ok  ' : 'FAIL'}  with the faults off every open call was answered: ${calm}`,
  )
}

/** What the nodes printed and both files are searched for the elements that were asked about. */
function tellElements(nodes: readonly ProvenNode[], files: readonly string[]): boolean {
  const printed = nodes.map(({ output }) => output).join('\n')
  const written = files.map((path) => readFileSync(path, 'utf8'))
  const numbers = [printed, ...written].reduce((sum, text) => sum + numbersIn(text), 0)
  const found = numbers + namesIn(printed)
  const what = 'element in what the nodes printed, in the history and in the ledger'
  print(found === 0 ? `ok    no ${what}` : `FAIL  ${found} times an ${what}`)
  return found === 0
}

function read(historyPath: string): Witness {
  return readHistory(readFileSync(historyPath, 'utf8'))
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
