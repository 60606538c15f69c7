/**
 * A1 and A2 on a served process, on each engine: a vendor that dies under load and comes back, and one
 * that becomes ten times slower. What callers notice of it is measured, and what the process keeps.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { syntheticPerson } from '../../src/testing/people-csv.ts'
import { httpCall } from '../support/http-call.ts'
import { openProxy } from '../vendors/fault-proxy.ts'
import { simulate } from '../vendors/simulators.ts'
import { onEachGround, type Play } from './ground.ts'
import type { Suite } from './suite.ts'
import { type Answer, type Tenant, VendorStage } from './vendor-stage.ts'

const MATCH = '0'
const DEADLINE_MS = 8_000
const ANSWERED_SHARE_MIN = 0.999
const EJECTED_MS_MAX = 1_000
const BACK_MS_MAX = 40_000
/** Calls a second, evenly, whatever becomes of the ones before. */
const RATE_PER_S = 60
const DEAD_MS = 12_000
const LOOK_MS = 25
const NORMAL_MS = 100
const SLOW_MS = 1_000
/** A vendor that is asked so often, ten times slower, has more under way than there is room for. */
const SLOW_RATE_PER_S = 120
const SLOW_PLAY_MS = 15_000
const ROOM_MAX = 64
const GROWTH_BYTES_MAX = 12 * 1_024 * 1_024
const MIB = 1_024 * 1_024
/** Throws garbage away at a signal: what is left then is what the process keeps. */
const COLLECT = `process.on('SIGUSR2', () => globalThis.gc())`
const COLLECT_MS = 500

export const vendorOutage: Suite = {
  name: 'A1 A2 vendor outage',
  run(seed, print) {
    // The health of vendors is each node's own affair.
    const held = 'a dead vendor and a slow one, and callers who hardly notice'
    return onEachGround({ print, nodes: 1, held }, async (play) => {
      return [...(await playDeath(seed, play)), ...(await playSlowness(seed, play))]
    })
  },
}

/** Calls at an even rate until told to stop; what came of each, with when it was sent. */
class Load {
  readonly answers: (Answer & { readonly atMs: number })[] = []
  readonly #under: Promise<void>[] = []
  #running = true
  readonly #done: Promise<void>

  constructor(stage: VendorStage, tenant: Tenant, seed: number, ratePerS: number) {
    this.#done = this.#run(stage, tenant, seed, ratePerS)
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#done
    await Promise.all(this.#under)
  }

  async #run(stage: VendorStage, tenant: Tenant, seed: number, ratePerS: number): Promise<void> {
    const startedMs = performance.now()
    for (let n = 0; this.#running; n++) {
      const waitMs = startedMs + (n * 1_000) / ratePerS - performance.now()
      if (waitMs > 0) await sleep(waitMs)
      const atMs = performance.now()
      const call = stage.ask(tenant, syntheticPerson(seed, n))
      this.#under.push(call.then((answer) => void this.answers.push({ ...answer, atMs })))
    }
  }
}

/** Two vendors, the first behind a line, and a caller. */
async function arrange(stage: VendorStage) {
  const [first, second] = await Promise.all([simulate('tencent'), simulate('aliyun')])
  // The free probe of a vendor that is out is a card that no check digit fits.
  const paidFor = new Map<string, number>()
  const match = (card: string) => {
    paidFor.set(card, (paidFor.get(card) ?? 0) + 1)
    return 'match' as const
  }
  first.script = (card) => (card.endsWith('8887') ? 'card_malformed' : match(card))
  second.script = match
  const line = await openProxy(first.port)
  for (const open of [first, second, line]) stage.defer(() => open.close())
  const [tenant] = await stage.furnish(['caller'])
  const endpoint = `http://127.0.0.1:${line.port}`
  await stage.lead([
    { name: 'first', vendor: first, endpoint, tier: 0 },
    { name: 'second', vendor: second, tier: 1 },
  ])
  const preload = join(stage.place.directory, 'collect.mjs')
  writeFileSync(preload, COLLECT)
  await stage.serve({ NODE_OPTIONS: `--expose-gc --import=${preload}` })
  return { paidFor, line, tenant: tenant! }
}

async function playDeath(seed: number, { ground, print }: Play): Promise<string[]> {
  await using stage = await VendorStage.on(ground)
  const { paidFor, line, tenant } = await arrange(stage)
  const load = new Load(stage, tenant, seed, RATE_PER_S)
  await sleep(2_000)
  await line.down()
  const diedMs = performance.now()
  const ejectedMs = await whenState(stage, 'open', EJECTED_MS_MAX * 10)
  const failures = await attemptsUnreached(stage)
  await sleep(DEAD_MS - (performance.now() - diedMs))
  await line.up()
  const healedMs = performance.now()
  const backMs = await whenState(stage, 'closed', BACK_MS_MAX * 2)
  await sleep(1_000)
  await load.stop()
  const { answers } = load
  const good = answers.filter(({ result, tookMs }) => result !== '' && tookMs <= DEADLINE_MS)
  const share = good.length / answers.length
  const without = answers.filter(({ result }) => result !== MATCH).length
  const slowestMs = Math.max(...answers.map(({ tookMs }) => tookMs))
  const paid = [...paidFor.values()].reduce((sum, times) => sum + times, 0)
  const twice = [...paidFor.values()].filter((times) => times > 1).length
  const charged = (await stage.charged()).get('caller') ?? 0
  const ejectedInMs = ejectedMs - diedMs
  const backInMs = backMs - healedMs
  print(
    `A1: ${answers.length} calls, ${percent(share)} answered in time, ${without} of them ` +
      `without a verdict, slowest ${ms(slowestMs)}; ` +
      `out ${ms(ejectedInMs)} after death and ${failures} failures, ` +
      `back ${ms(backInMs)} after healing; paid twice ${twice}`,
  )
  const findings: string[] = twice > 0 ? [`A1: ${twice} cards were paid twice`] : []
  if (share < ANSWERED_SHARE_MIN) findings.push(`A1: ${percent(share)} answered in time`)
  if (!(ejectedInMs <= EJECTED_MS_MAX)) findings.push(`A1: out after ${ms(ejectedInMs)}`)
  if (!(backInMs <= BACK_MS_MAX)) findings.push(`A1: back after ${ms(backInMs)}`)
  for (const word of ['"alarm":"vendor_ejected","route":"first"', 'vendor is back']) {
    if (!stage.node(0).output().includes(word)) findings.push(`A1: the log does not say ${word}`)
  }
  // What was on its way when the line was cut may have been paid, and nobody was charged for it.
  const rows = await stage.attempts()
  const unknown = rows.filter(({ state }) => state === 'unknown').length
  if (without > unknown) findings.push(`A1: ${without} without a verdict, ${unknown} unknown`)
  if (paid < charged || paid > charged + unknown) {
    findings.push(`A1: ${paid} paid for ${charged} charged and ${unknown} unknown`)
  }
  return [...findings, ...(await stage.ledgerFindings())]
}

async function playSlowness(seed: number, { ground, print }: Play): Promise<string[]> {
  await using stage = await VendorStage.on(ground)
  const { line, tenant } = await arrange(stage)
  line.fault = { delayMs: NORMAL_MS }
  // The admin API is read after the start; what it takes is no growth.
  await httpCall(stage.node(0).url, { method: 'GET', path: '/openapi.json' })
  const load = new Load(stage, tenant, seed + 1, SLOW_RATE_PER_S)
  await sleep(3_000)
  line.fault = { delayMs: SLOW_MS }
  const slowedMs = performance.now()
  const keptBytes = await heapKept(stage)
  let waitingMax = 0
  let inFlightMax = 0
  while (performance.now() - slowedMs < SLOW_PLAY_MS) {
    const page = await stage.metrics()
    waitingMax = Math.max(waitingMax, gaugeOf(page, 'kayan_vendor_waiting{route="first"}'))
    inFlightMax = Math.max(inFlightMax, gaugeOf(page, 'kayan_vendor_in_flight{route="first"}'))
    await sleep(250)
  }
  const growthBytes = (await heapKept(stage)) - keptBytes
  await load.stop()
  const slow = load.answers.filter(({ atMs }) => atMs > slowedMs)
  const times = slow.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
  const p99Ms = times[Math.floor(times.length * 0.99)] ?? 0
  const share = slow.filter(({ result }) => result === MATCH).length / slow.length
  print(
    `A2: ${slow.length} calls at ${SLOW_RATE_PER_S}/s, ${percent(share)} answered with a verdict, ` +
      `p50 ${ms(times[times.length >> 1] ?? 0)}, p99 ${ms(p99Ms)}; under way at most ` +
      `${inFlightMax}, waiting at most ${waitingMax}, heap ${Math.round(growthBytes / MIB)} MiB more`,
  )
  const findings: string[] = []
  if (p99Ms > DEADLINE_MS) findings.push(`A2: p99 ${ms(p99Ms)}`)
  if (inFlightMax > ROOM_MAX || waitingMax > ROOM_MAX) {
    findings.push(`A2: ${inFlightMax} under way, ${waitingMax} waiting`)
  }
  if (growthBytes > GROWTH_BYTES_MAX) findings.push(`A2: memory grew by ${growthBytes} bytes`)
  return findings
}

/** When the first route is in this state; Infinity when it is not within the time. */
async function whenState(stage: VendorStage, state: string, withinMs: number): Promise<number> {
  const untilMs = performance.now() + withinMs
  while (performance.now() < untilMs) {
    const page = await stage.metrics()
    const reading = gaugeOf(page, `kayan_vendor_state{route="first",state="${state}"}`)
    if (reading === 1) return performance.now()
    await sleep(LOOK_MS)
  }
  return Number.POSITIVE_INFINITY
}

async function attemptsUnreached(stage: VendorStage): Promise<number> {
  const page = await stage.metrics()
  const labels = 'route="first",charge="free",outcome="source_busy"'
  return gaugeOf(page, `kayan_vendor_attempts_total{${labels}}`)
}

function gaugeOf(page: string, series: string): number {
  const line = page.split('\n').find((candidate) => candidate.startsWith(`${series} `))
  return Number(line?.split(' ')[1] ?? 0)
}

/** What is left after two collections: the first finds some of what the second can take. */
async function heapKept(stage: VendorStage): Promise<number> {
  for (let n = 0; n < 2; n++) {
    process.kill(stage.node(0).pid, 'SIGUSR2')
    await sleep(COLLECT_MS)
  }
  return gaugeOf(await stage.metrics(), 'nodejs_heap_size_used_bytes')
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

function ms(value: number): string {
  return `${Math.round(value)} ms`
}
