/**
 * Where faults of vendors are played: an installation with accounts and routes, the processes that
 * serve it, callers who sign, and what its store says in the end.
 */
import { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { KeySealer } from '../../src/accounts/seal.ts'
import type { Clock } from '../../src/domain/clock.ts'
import type { VendorRoute } from '../../src/sources/vendor-route.ts'
import { addRoute, type RoutePolicy, setPolicy } from '../../src/storage/sql/vendor-routes.ts'
import type { SyntheticPerson } from '../../src/testing/people-csv.ts'
import { httpCall } from '../support/http-call.ts'
import {
  type CliResult,
  type KayanProcess,
  runCli,
  serveProcess,
} from '../support/kayan-process.ts'
import { Place } from '../support/service.ts'
import { type TencentKey, tc3Headers } from '../support/tencent-signer.ts'
import type { Simulator } from '../vendors/simulators.ts'
import { type Ground, SQLITE } from './ground.ts'

const RATE_PER_SECOND = 1_000_000
const SOCKETS_MAX = 128
const DAY_MS = 86_400_000
const ALIYUN_PATH = '/communication/personal/1887'
/** What is signed; no node goes by it. */
const HOST = 'faceid.tencentcloudapi.com'
const ROWS_WAIT_MS = 90_000

export interface Tenant {
  readonly accountId: string
  readonly key: TencentKey
  readonly appCode: string
}

export interface RouteWish {
  readonly name: string
  readonly vendor: Simulator
  /** Where it is reached; directly by default. */
  readonly endpoint?: string
  readonly ca?: string
  readonly tier?: number
  readonly profile?: VendorRoute['profile']
}

/** One attempt as the store has it. */
export interface AttemptRow {
  readonly id: string
  readonly accountId: string
  readonly route: string
  readonly state: string
  readonly phase: string
}

export interface Answer {
  /** Tencent's Result, or the code of its error. */
  readonly result: string
  readonly requestId: string
  readonly tookMs: number
}

/** A call as it goes over the wire, and goes again when it is repeated. */
export interface SignedCall {
  readonly headers: Record<string, string>
  readonly body: string
}

/** What every command and process of a place is told of its store. */
type Variables = Readonly<Record<string, string>>

export class VendorStage implements AsyncDisposable {
  readonly place: Place
  /** One a node. */
  readonly dataDirs: readonly string[]
  readonly #variables: Variables
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })
  readonly #closing: (() => unknown)[] = []
  readonly #nodes: (KayanProcess | undefined)[] = []
  #asked = 0
  #url: string | undefined

  private constructor(nodes: number, variables: Variables) {
    this.place = new Place(variables)
    const { directory, dataDir } = this.place
    const others = Array.from({ length: nodes - 1 }, (_, i) => join(directory, `node-${i + 2}`))
    this.dataDirs = [dataDir, ...others]
    this.#variables = { ...variables, KAYAN_KEY_FILE: `${dataDir}.key` }
  }

  /** A stage with a store of its own; nothing is served yet. */
  static async on({ nodes, createDatabase }: Ground = SQLITE): Promise<VendorStage> {
    const url = await createDatabase?.()
    return new VendorStage(nodes, url === undefined ? {} : { KAYAN_DATABASE_URL: url })
  }

  /** Where each node has its register. */
  get registryDirectories(): readonly string[] {
    return this.dataDirs.map((dataDir) => join(dataDir, 'registry'))
  }

  /** Accounts with keys of both faces and units enough. */
  async furnish(
    names: readonly string[],
    units = 1_000_000,
    nowMs = Date.now(),
  ): Promise<Tenant[]> {
    const deed = { actor: 'test', atMs: nowMs }
    return this.place.withStorage(async ({ accounts, engine }) => {
      const tenants: Tenant[] = []
      for (const name of names) {
        const account = { id: name, name, state: 'active', ratePerSecond: RATE_PER_SECOND } as const
        const key = { secretId: `AKID${name}`, secretKey: `secretOf${name}` }
        const appCode = `appcodeof${name}`
        await accounts.createAccount(account, deed)
        const { secretId: credential, secretKey: secret } = key
        await accounts.addKey(account, 'live', { kind: 'tencent', credential, secret }, deed)
        const bearer = { kind: 'appcode', credential: appCode, secret: appCode } as const
        await accounts.addKey(account, 'live', bearer, deed)
        const order = {
          accountId: name,
          product: 'card4',
          mode: 'live',
          units,
          priority: 0,
          startsAtMs: nowMs - 1,
          expiresAtMs: nowMs + 60 * DAY_MS,
          reason: 'test',
        } as const
        const granted = await engine.transact(({ ledger }) => ledger.addGrant(order, nowMs))
        if (typeof granted === 'string') throw new Error(granted)
        tenants.push({ accountId: name, key, appCode })
      }
      return tenants
    })
  }

  /** Adds routes, and says which accounts are led to which of them. */
  async lead(
    routes: readonly RouteWish[],
    policies: readonly Pick<RoutePolicy, 'accountId' | 'routes' | 'totalTimeoutMs'>[] = [],
  ): Promise<void> {
    const deed = { actor: 'test', atMs: Date.now() }
    await this.place.withStorage(async ({ engine, keyring }) => {
      const sealer = new KeySealer(keyring, 'vendor.seal')
      for (const { name, vendor, endpoint = vendor.url, ca, tier = 0, profile } of routes) {
        const route: VendorRoute = {
          ...{ name, vendor: vendor.vendor.name, credential: vendor.credential, endpoint },
          ...{ profile: profile ?? 'unionpay', tier, weight: 1 },
          ...(ca !== undefined && { ca }),
          prices: [{ fromCalls: 0, costCentifen: 2_500 }],
        }
        const added = await addRoute(engine, sealer, route, deed)
        if (typeof added === 'string') throw new Error(`${name}: ${added}`)
      }
      for (const policy of policies) {
        const rest = { prefer: 'weight', doublePayShare: 0 } as const
        const refusal = await setPolicy(engine, { ...rest, ...policy }, deed)
        if (typeof refusal === 'string') throw new Error(`${policy.accountId}: ${refusal}`)
      }
    })
  }

  /** Starts every node, and returns the first. */
  async serve(variables: Variables = {}): Promise<KayanProcess> {
    for (const node of this.dataDirs.keys()) await this.serveNode(node, variables)
    return this.node(0)
  }

  /** Starts a node, again after a kill. */
  async serveNode(node: number, variables: Variables = {}): Promise<void> {
    this.#nodes[node] = await serveProcess(this.dataDirs[node]!, {
      ...{ KAYAN_LOG_LEVEL: 'info', KAYAN_SOCKETS_PER_IP_MAX: '0' },
      ...this.#variables,
      ...variables,
    })
  }

  /** Starts the service in this process, on a clock of the caller's. */
  async serveHere(clock: Clock): Promise<void> {
    const running = await this.place.serve({ KAYAN_SOCKETS_PER_IP_MAX: '0' }, clock)
    this.#url = running.url
    this.defer(() => running.stop('test'))
  }

  /** The process of a node. */
  node(number: number): KayanProcess {
    const node = this.#nodes[number]
    if (node === undefined) throw new Error(`node ${number} is not served yet`)
    return node
  }

  /** Ends with the stage. */
  defer(close: () => unknown): void {
    this.#closing.push(close)
  }

  /** A four-element call to one node after the other; `result` is empty when the connection broke. */
  ask(tenant: Tenant, person: SyntheticPerson, nowMs = Date.now()): Promise<Answer> {
    return this.send(this.sign(tenant, person, nowMs), this.#asked++ % this.dataDirs.length)
  }

  /** Signs a four-element call, for whichever node. */
  sign({ key }: Tenant, person: SyntheticPerson, nowMs = Date.now()): SignedCall {
    const { name, idNumber, cardNumber, mobile } = person
    const body = JSON.stringify({
      ...{ Name: name, IdCard: idNumber, BankCard: cardNumber, Phone: mobile },
    })
    return { headers: tc3Headers(key, HOST, body, Math.floor(nowMs / 1_000)), body }
  }

  /** Sends a signed call to a node, as often as one likes; `result` is empty when it broke. */
  async send(call: SignedCall, node: number): Promise<Answer> {
    const startedMs = performance.now()
    const tookMs = () => performance.now() - startedMs
    try {
      const reply = await httpCall(this.#urlOf(node), { ...call, agent: this.#agent })
      const { Response } = JSON.parse(reply.body)
      const result = Response.Result ?? Response.Error.Code
      return { result, requestId: Response.RequestId, tookMs: tookMs() }
    } catch {
      return { result: '', requestId: '', tookMs: tookMs() }
    }
  }

  /** The same through the other face: the code and, with a verdict, the state; empty when it broke. */
  async askAliyun({ appCode }: Tenant, person: SyntheticPerson): Promise<string> {
    const { name, idNumber, cardNumber, mobile } = person
    const form = { acc_no: cardNumber, idcard: idNumber, mobile, name }
    const headers = {
      Authorization: `APPCODE ${appCode}`,
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
    }
    const body = new URLSearchParams(form).toString()
    const call = { path: ALIYUN_PATH, headers, body, agent: this.#agent }
    try {
      const reply = await httpCall(this.#urlOf(0), call)
      const { code = '', data } = reply.body === '' ? {} : JSON.parse(reply.body)
      return `${code} ${data?.state ?? ''}`.trim()
    } catch {
      return ''
    }
  }

  /** Attempts on vendors, once each has its end, which is written while the answer is on its way. */
  async attempts(): Promise<AttemptRow[]> {
    const untilMs = performance.now() + ROWS_WAIT_MS
    for (;;) {
      const rows = await this.place.withStorage(({ engine }) =>
        engine.queries
          .selectFrom('vendor_attempt')
          .select(['id', 'account_id as accountId', 'route', 'state', 'phase'])
          .execute(),
      )
      if (rows.every(({ state }) => state !== 'prepared')) return rows
      if (performance.now() > untilMs) throw new Error('attempts without an end')
      await sleep(200)
    }
  }

  /** Units that each account was charged. */
  async charged(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.place.withStorage(({ engine }) =>
      engine.queries
        .selectFrom('grant')
        .innerJoin('balance', 'balance.grant_id', 'grant.id')
        .select(({ fn }) => ['grant.account_id as accountId', fn.sum<number>('used').as('used')])
        .groupBy('grant.account_id')
        .execute(),
    )
    return new Map(rows.map(({ accountId, used }) => [accountId, Number(used)]))
  }

  /** What the proof of the ledger finds; nothing when it holds. */
  async ledgerFindings(): Promise<string[]> {
    const { code, stdout, stderr } = await this.command(['ledger', 'verify'])
    if (code !== 0) return [`ledger verify ends with ${code}: ${stdout}${stderr}`]
    return /\bV9\b/.test(stdout) ? [] : ['ledger verify says nothing of the cost rows (V9)']
  }

  /** Runs a command of the operator's to its end. */
  command(args: readonly string[]): Promise<CliResult> {
    return runCli(this.place.dataDir, args, { variables: this.#variables })
  }

  /** The page of metrics, of the first node. */
  async metrics(): Promise<string> {
    return (await httpCall(this.#urlOf(0), { method: 'GET', path: '/metrics' })).body
  }

  #urlOf(node: number): string {
    return this.#url ?? this.node(node).url
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy()
    for (const node of this.#nodes) await node?.kill()
    for (const close of this.#closing.reverse()) await close()
    this.place.remove()
  }
}

/** Does all, so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    for (let at = next++; at < items.length; at = next++) await work(items[at]!, at)
  }
  await Promise.all(Array.from({ length: width }, lane))
}
