/**
 * What Kayan adds before a vendor that answers at once, against a bare proxy before the same vendor:
 * accounts, durable cost row, guardian, durable charge.
 */
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { LoadOrder, LoadReport } from './load.ts'
import { against, type Figure, figure } from './report.ts'
import { BENCH_KEY } from './requests.ts'
import {
  type BenchServer,
  kayan,
  LOAD_CORE,
  pinned,
  startKayan,
  startProxy,
  startVendor,
} from './servers.ts'

const ROUNDS = 5
/** So many rounds' time passes before the first: code of this size is compiled after ten thousand calls. */
const WARM_UP_ROUNDS = 2
const CONNECTIONS = 64
const GOAL = 0.6
/** So many that no card is asked about often enough to be limited. */
const PEOPLE = 1_000_000

interface Order {
  readonly directory: string
  readonly seconds: number
  readonly say: (line: string) => void
}

interface Side {
  readonly server: BenchServer
  readonly kind: LoadOrder['kind']
  readonly callsPerSecond: number[]
  readonly p50Ms: number[]
  readonly p99Ms: number[]
}

/** Throughput and times of both, round by round in turns. */
export async function benchGateway({ directory, seconds, say }: Order): Promise<Figure[]> {
  const place = join(directory, 'gateway')
  mkdirSync(place, { recursive: true })
  const variables = {
    KAYAN_DATA_DIR: join(place, 'data'),
    KAYAN_PORT: '0',
    KAYAN_LANG: 'en',
    KAYAN_LOG_LEVEL: 'error',
  }
  const vendor = await startVendor()
  const proxy = await startProxy(vendor.port)
  await furnish(variables, vendor.port)
  const service = await startKayan(variables)
  const bare = sideOf(proxy, 'answered')
  const ours = sideOf(service, 'tencent')
  for (const side of [bare, ours]) await load(side, 0, WARM_UP_ROUNDS * seconds)
  for (let round = 1; round <= ROUNDS; round++) {
    say(`gateway: round ${round} of ${ROUNDS}`)
    for (const side of [bare, ours]) await measure(side, round, seconds)
  }
  for (const server of [service, proxy, vendor]) await server.stop()
  const calls = figure('gateway', 'calls/s', ours.callsPerSecond, bare.callsPerSecond)
  return [
    figure('bare undici proxy', 'calls/s', bare.callsPerSecond),
    against(calls, `≥ ${GOAL} of the proxy`, ({ ofFloor }) => ofFloor! >= GOAL),
    figure('bare undici proxy: p50', 'ms', bare.p50Ms),
    figure('gateway: p50', 'ms', ours.p50Ms),
    figure('bare undici proxy: p99', 'ms', bare.p99Ms),
    figure('gateway: p99', 'ms', ours.p99Ms),
  ]
}

async function furnish(variables: Record<string, string>, vendorPort: number): Promise<void> {
  await kayan(variables, ['accounts', 'create', 'bench', '--rate', '1000000'])
  const { secretId, secretKey } = BENCH_KEY
  const keys = ['keys', 'import', 'bench', '--kind', 'tencent', '--id', secretId]
  await kayan(variables, keys, secretKey)
  await kayan(variables, ['grants', 'add', 'bench', '--product', 'card4', '--units', '1000000000'])
  const endpoint = `http://127.0.0.1:${vendorPort}`
  const add = ['vendors', 'add', 'bench', '--vendor', 'aliyun', '--price', '0.25']
  await kayan(variables, [...add, '--endpoint', endpoint], 'vendorappcodeexample')
}

function sideOf(server: BenchServer, kind: LoadOrder['kind']): Side {
  return { server, kind, callsPerSecond: [], p50Ms: [], p99Ms: [] }
}

async function measure(side: Side, round: number, seconds: number): Promise<void> {
  const report = await load(side, round, seconds)
  if (report.wrong > 0) throw new Error(`${side.server.name}: ${report.wrong} wrong replies`)
  side.callsPerSecond.push(report.calls / report.seconds)
  side.p50Ms.push(report.p50Ms)
  side.p99Ms.push(report.p99Ms)
}

async function load({ server, kind }: Side, round: number, seconds: number): Promise<LoadReport> {
  const order: LoadOrder = {
    port: server.port,
    kind,
    seconds,
    connections: CONNECTIONS,
    round,
    peopleSeed: 1,
    people: PEOPLE,
  }
  const args = [join(import.meta.dirname, 'load.ts'), JSON.stringify(order)]
  const [program, ...rest] = pinned(LOAD_CORE, process.execPath, args)
  const { stdout } = await promisify(execFile)(program!, rest)
  return JSON.parse(stdout) as LoadReport
}
