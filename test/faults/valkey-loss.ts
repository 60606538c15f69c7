/**
 * Fault C9: two nodes share their rate limits in a Valkey that is stopped, emptied and frozen under
 * load. What clients saw is judged without knowing how the limits are kept.
 */

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { SANDBOX_KEYS } from '../../src/accounts/sandbox-keys.ts'
import { httpCall } from '../support/http-call.ts'
import { type KayanProcess, runCli, serveProcess } from '../support/kayan-process.ts'
import { type RedisServer, startRedis } from '../support/redis.ts'

/** Of the sandbox's keys, unless the environment says otherwise. */
export const LIMIT = 20
const SECOND_MS = 1_000
const CLIENTS_A_NODE = 6
/** About 100 requests a second and node, five times the limit. */
const PAUSE_MS = 50
const BEFORE_MS = 1_500
const DURING_MS = 3_000
const AFTER_MS = 3_500

const FAULTS = ['stop', 'flush', 'freeze'] as const
type Fault = (typeof FAULTS)[number]

/** A request that was accepted: somewhere between these moments. */
interface Accepted {
  readonly sentMs: number
  readonly repliedMs: number
}

export interface Round {
  readonly fault: Fault
  /** The most that were certainly accepted within one second. */
  readonly densest: number
  /** Accepted in the last second of the fault, and in the last second after it. */
  readonly during: number
  readonly after: number
}

export interface Loss {
  readonly rounds: readonly Round[]
  readonly accepted: number
  /** Replies that are neither an answer nor the documented refusal. */
  readonly others: readonly string[]
  /** What `kayan ledger verify` printed of each node, after it had stopped. */
  readonly ledgers: readonly { readonly code: number; readonly stdout: string }[]
}

/** Runs so many rounds of every fault. */
export async function loseValkey(program: string, rounds: number): Promise<Loss> {
  const directory = mkdtempSync(join(tmpdir(), 'kayan-c9-'))
  const server = await startRedis(program)
  const dataDirs = await twins(directory)
  const nodes = await Promise.all(dataDirs.map((dataDir) => node(dataDir, server)))
  const load = new Load(nodes)
  try {
    const done: Round[] = []
    for (let round = 0; round < rounds; round++) {
      for (const fault of FAULTS) done.push(await inflict(server, fault, load))
    }
    await load.end()
    await Promise.all(nodes.map((each) => each.stop()))
    const ledgers = await Promise.all(dataDirs.map((dir) => runCli(dir, ['ledger', 'verify'])))
    return { rounds: done, accepted: load.accepted.length, others: load.others, ledgers }
  } finally {
    await load.end()
    await Promise.all(nodes.map((each) => each.kill()))
    await server.remove()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Two stores with the same keys under the same ids. */
async function twins(directory: string): Promise<string[]> {
  const [one, two] = [join(directory, 'one'), join(directory, 'two')]
  const first = await serveProcess(one)
  await first.stop()
  cpSync(one, two, { recursive: true })
  cpSync(`${one}.key`, `${two}.key`)
  return [one, two]
}

function node(dataDir: string, { url }: RedisServer): Promise<KayanProcess> {
  return serveProcess(dataDir, { KAYAN_VALKEY_URL: url, KAYAN_NODES: '2' })
}

async function inflict(server: RedisServer, fault: Fault, load: Load): Promise<Round> {
  const from = load.accepted.length
  await sleep(BEFORE_MS)
  if (fault === 'stop') await server.stop()
  if (fault === 'freeze') server.freeze()
  if (fault === 'flush') await flush(server.url)
  await sleep(DURING_MS)
  const during = load.lately()
  if (fault === 'stop') await server.start()
  if (fault === 'freeze') server.thaw()
  await sleep(AFTER_MS)
  return { fault, densest: densest(load.accepted.slice(from)), during, after: load.lately() }
}

async function flush(url: string): Promise<void> {
  const client = new Redis(url)
  await client.flushall()
  client.disconnect()
}

/** The most requests that lie, from sending to reply, within any one second. */
function densest(accepted: readonly Accepted[]): number {
  return Math.max(
    0,
    ...accepted.map(({ sentMs }) => {
      return accepted.filter((other) => {
        return other.sentMs >= sentMs && other.repliedMs < sentMs + SECOND_MS
      }).length
    }),
  )
}

/** Clients that ask both nodes without end. */
class Load {
  readonly accepted: Accepted[] = []
  readonly others: string[] = []
  readonly #clients: Promise<void>[]
  readonly #agent = new Agent({ keepAlive: true })
  #on = true

  constructor(nodes: readonly KayanProcess[]) {
    this.#clients = nodes.flatMap(({ url }) => {
      return Array.from({ length: CLIENTS_A_NODE }, () => this.#client(url))
    })
  }

  /** Replies of the last second. */
  lately(): number {
    const sinceMs = performance.now() - SECOND_MS
    return this.accepted.filter(({ repliedMs }) => repliedMs >= sinceMs).length
  }

  async end(): Promise<void> {
    this.#on = false
    await Promise.allSettled(this.#clients)
    this.#agent.destroy()
  }

  async #client(url: string): Promise<void> {
    while (this.#on) {
      await this.#ask(url).catch((error: Error) => this.others.push(error.message))
      await sleep(PAUSE_MS)
    }
  }

  async #ask(url: string): Promise<void> {
    const sentMs = performance.now()
    const reply = await httpCall(url, {
      path: '/communication/personal/1887',
      headers: { Authorization: `APPCODE ${SANDBOX_KEYS.appcode.credential}` },
      body: 'acc_no=6299990000000009&idcard=110101199003071022&mobile=13800138000&name=王芳',
      agent: this.#agent,
    })
    const said = `${reply.status} ${reply.headers['x-ca-error-code'] ?? ''}`
    if (said === '200 ') this.accepted.push({ sentMs, repliedMs: performance.now() })
    else if (said !== '429 T429PA') this.others.push(said)
  }
}
