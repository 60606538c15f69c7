/**
 * `npm run bench [-- --quick]`: what a call costs against the floor of `node:http`, in one run.
 *
 * Servers share one core, the load generator has the other; configurations take turns round by
 * round, so that a slow minute of the machine hits all of them. Only the ratios are claims.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { writePeopleCsv } from '../src/testing/people-csv.ts'
import { RAISED_REGISTRY_LIMITS } from '../src/testing/registry-limits.ts'
import { benchCharges } from './charges.ts'
import { benchGateway } from './gateway.ts'
import type { LoadOrder, LoadReport } from './load.ts'
import { benchRegistry } from './registry.ts'
import { against, type Figure, figure, median, print, save } from './report.ts'
import { BENCH_APP_CODE, BENCH_KEY, type RequestKind } from './requests.ts'
import {
  type BenchServer,
  kayan,
  LOAD_CORE,
  pinned,
  startFloor,
  startKayan,
  startNginx,
  startUpMs,
} from './servers.ts'

const quick = process.argv.includes('--quick')
const ROUNDS = 5
const SECONDS = quick ? 2 : 5
const CONNECTIONS = 64
const PEOPLE = quick ? 100_000 : 1_000_000
const PEOPLE_SEED = 1
const REGISTRY_SIZES = quick ? [1_000_000] : [1_000_000, 10_000_000]

interface Configuration {
  readonly name: string
  readonly server: BenchServer
  readonly kind: RequestKind
  readonly callsPerSecond: number[]
  readonly cpuUs: number[]
}

const directory = mkdtempSync(join(tmpdir(), 'kayan-bench-'))
try {
  await run()
} finally {
  rmSync(directory, { recursive: true, force: true })
}

async function run(): Promise<void> {
  const variables = {
    KAYAN_DATA_DIR: join(directory, 'data'),
    KAYAN_PORT: '0',
    KAYAN_LANG: 'en',
    KAYAN_LOG_LEVEL: 'error',
    // Names of people are few: counted, but not limited.
    ...RAISED_REGISTRY_LIMITS,
  }
  say(`importing ${PEOPLE.toLocaleString('en')} people`)
  await furnish(variables)
  const startUps: number[] = []
  for (let i = 0; i < ROUNDS; i++) startUps.push(await startUpMs(variables))

  const floor = await startFloor()
  const nginx = await startNginx(directory)
  const service = await startKayan(variables)
  const configurations = [
    configure('node:http, constant reply (floor)', floor, 'constant'),
    ...(nginx ? [configure('nginx, constant reply', nginx, 'constant')] : []),
    configure('Tencent TC3, registry hit, durable charge', service, 'tencent'),
    configure('Aliyun APPCODE, registry hit, durable charge', service, 'aliyun'),
    configure('refusal: wrong TC3 signature', service, 'refused'),
  ]
  if (!nginx) say('nginx is not installed: its row is left out')
  for (const each of configurations) await load(each, 0, 1)
  for (let round = 1; round <= ROUNDS; round++) {
    say(`round ${round} of ${ROUNDS}`)
    for (const each of configurations) await measure(each, round)
  }
  const figures = loadFigures(configurations)
  figures.push(...(await halfLoad(configurations.find(({ kind }) => kind === 'tencent')!)))
  figures.push(figure('memory of the service under load', 'MiB', [service.memoryMib()]))
  for (const server of [floor, nginx, service]) await server?.stop()
  figures.push(
    against(figure('start to ready', 'ms', startUps), '≤ 500', (row) => row.median <= 500),
  )
  figures.push(...(await benchCharges({ directory, seconds: SECONDS, say })))
  figures.push(...(await benchGateway({ directory, seconds: SECONDS, say })))
  figures.push(...(await benchRegistry({ directory, sizes: REGISTRY_SIZES, say })))

  print(figures)
  say(`written to ${save(quick ? 'quick' : 'full', figures)}`)
}

/** Account with a high rate, a live key of each kind, a grant, and the people in the registry. */
async function furnish(variables: Record<string, string>): Promise<void> {
  const csv = join(directory, 'people.csv')
  writePeopleCsv({ path: csv, rows: PEOPLE, seed: PEOPLE_SEED })
  await kayan(variables, ['accounts', 'create', 'bench', '--rate', '1000000'])
  const keys = ['keys', 'import', 'bench', '--kind']
  const { secretId, secretKey } = BENCH_KEY
  await kayan(variables, [...keys, 'tencent', '--id', secretId], secretKey)
  await kayan(variables, [...keys, 'appcode'], BENCH_APP_CODE)
  await kayan(variables, ['grants', 'add', 'bench', '--product', 'card4', '--units', '1000000000'])
  await kayan(variables, ['registry', 'import', csv])
}

function configure(name: string, server: BenchServer, kind: RequestKind): Configuration {
  return { name, server, kind, callsPerSecond: [], cpuUs: [] }
}

async function measure(each: Configuration, round: number): Promise<void> {
  const cpuBeforeUs = each.server.cpuUs()
  const report = await load(each, round, SECONDS)
  if (report.wrong > 0) throw new Error(`${each.name}: ${report.wrong} wrong replies`)
  each.callsPerSecond.push(report.calls / report.seconds)
  each.cpuUs.push((each.server.cpuUs() - cpuBeforeUs) / report.calls)
}

async function load(
  { server, kind }: Configuration,
  round: number,
  seconds: number,
  callsPerSecond?: number,
): Promise<LoadReport> {
  const order: LoadOrder = {
    port: server.port,
    kind,
    seconds,
    connections: CONNECTIONS,
    round,
    peopleSeed: PEOPLE_SEED,
    people: PEOPLE,
    ...(callsPerSecond !== undefined && { callsPerSecond }),
  }
  const args = [join(import.meta.dirname, 'load.ts'), JSON.stringify(order)]
  const [program, ...rest] = pinned(LOAD_CORE, process.execPath, args)
  const { stdout } = await promisify(execFile)(program!, rest)
  return JSON.parse(stdout) as LoadReport
}

function loadFigures(configurations: readonly Configuration[]): Figure[] {
  const floor = configurations[0]!
  return configurations.flatMap((each) => {
    const calls = figure(each.name, 'calls/s', each.callsPerSecond, floor.callsPerSecond)
    const cpu = figure(`${each.name}: CPU`, 'µs/call', each.cpuUs, floor.cpuUs)
    const goal = each.kind === 'tencent'
    return [goal ? against(calls, '≥ 0.45 of floor', (row) => row.ofFloor! >= 0.45) : calls, cpu]
  })
}

/** Latency when half of what was just reached is offered at even intervals. */
async function halfLoad(each: Configuration): Promise<Figure[]> {
  const offered = median(each.callsPerSecond) / 2
  const p50: number[] = []
  const p99: number[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    const report = await load(each, ROUNDS + round, SECONDS, offered)
    p50.push(report.p50Ms)
    p99.push(report.p99Ms)
  }
  return [
    figure('Tencent TC3 at half load: p50', 'ms', p50),
    against(figure('Tencent TC3 at half load: p99', 'ms', p99), '≤ 10', (row) => row.median <= 10),
  ]
}

function say(line: string): void {
  console.error(line)
}
