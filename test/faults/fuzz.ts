/**
 * The fuzz: requests by seed against the whole service, each reply judged by the closed lists of the
 * vendors, the process watched for growth, the ledger proved at the end.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Clock } from '../../src/domain/clock.ts'
import { SYSTEM_CLOCK } from '../../src/main.ts'
import { CAPTURED_AT_MS, EXAMPLE_KEY } from '../../src/protocols/tencent/test-captures.ts'
import { verifyLedger } from '../../src/storage/sqlite/verify.ts'
import { RAISED_REGISTRY_LIMITS } from '../../src/testing/registry-limits.ts'
import { randomOf } from '../prove/random.ts'
import { LIVE_KEYS, Place } from '../support/service.ts'
import { judge } from './fuzz-judge.ts'
import type { Shot } from './fuzz-mutations.ts'
import { RequestMaker } from './fuzz-requests.ts'
import { type Exchange, RawClient } from './raw-client.ts'

const CLIENTS = 24
const SAMPLES = 10
const UNITS = 100_000_000
const FINDINGS_MAX = 20
const SHOWN_BYTES_MAX = 600

export interface FuzzOptions {
  readonly seed: number
  readonly requests: number
}

/** What the process held after a share of the requests, garbage collected. */
export interface MemorySample {
  readonly requests: number
  readonly residentBytes: number
  readonly heapBytes: number
}

export interface FuzzReport {
  /** How often each code came, by vendor and code. */
  readonly codes: ReadonlyMap<string, number>
  /** Requests of doubtful framing that got no reply. */
  readonly unanswered: number
  /** What must not be, at most twenty of them, each with its request. */
  readonly findings: readonly string[]
  readonly memory: readonly MemorySample[]
}

/** Runs the fuzz on a service of its own. */
export async function fuzz({ seed, requests }: FuzzOptions): Promise<FuzzReport> {
  const clock = clockFrom(CAPTURED_AT_MS)
  const place = new Place()
  const example = { credential: EXAMPLE_KEY.label, secret: EXAMPLE_KEY.secret.reveal() }
  const keys = [...LIVE_KEYS, { kind: 'tencent', ...example } as const]
  await place.furnish({ units: UNITS, nowMs: clock.nowMs() - 1_000, keys })
  const kayan = await place.serve(
    { KAYAN_RATE_PER_SECOND: '1000000', ...RAISED_REGISTRY_LIMITS },
    clock,
  )
  let broken: Error | undefined
  void kayan.broken.then((error) => {
    broken = error
  })
  try {
    const { host, port } = new URL(kayan.url)
    const maker = new RequestMaker(randomOf(seed), host, () => clock.nowMs())
    const run = new FuzzRun(maker, requests)
    await Promise.all(Array.from({ length: CLIENTS }, () => run.client(Number(port))))
    await kayan.stop('fuzz')
    if (broken !== undefined) run.findings.push(`the service broke: ${broken.message}`)
    for (const { ok, id } of await verifyLedger(place.dataDir)) {
      if (!ok) run.findings.push(`the ledger is wrong: ${id}`)
    }
    return run
  } finally {
    place.remove()
  }
}

class FuzzRun implements FuzzReport {
  readonly codes = new Map<string, number>()
  readonly findings: string[] = []
  readonly memory: MemorySample[] = []
  unanswered = 0
  readonly #maker: RequestMaker
  readonly #requests: number
  #sent = 0

  constructor(maker: RequestMaker, requests: number) {
    this.#maker = maker
    this.#requests = requests
  }

  async client(port: number): Promise<void> {
    const client = new RawClient(port)
    while (this.#sent < this.#requests && this.findings.length < FINDINGS_MAX) {
      const shot = this.#maker.next()
      if (++this.#sent % Math.ceil(this.#requests / SAMPLES) === 0) this.#sample()
      const exchange = await client[shot.framed ? 'ask' : 'provoke'](shot.bytes, shot.bodiless)
      this.#judge(shot, exchange)
    }
    client.close()
  }

  #judge(shot: Shot, { replies, surplus }: Exchange): void {
    if (shot.framed && replies.length !== 1) this.#find(shot, `${replies.length} replies`)
    if (surplus !== '') this.#find(shot, `bytes that are no reply: ${surplus.slice(0, 100)}`)
    if (replies.length === 0) this.unanswered++
    for (const reply of replies) {
      const { vendor, code, finding } = judge(reply)
      const key = `${vendor} ${code}`
      this.codes.set(key, (this.codes.get(key) ?? 0) + 1)
      if (finding !== undefined) this.#find(shot, finding)
      if (shot.vendor !== undefined && vendor !== 'http' && vendor !== shot.vendor) {
        this.#find(shot, `answered by ${vendor}`)
      }
    }
  }

  #find(shot: Shot, finding: string): void {
    const request = shot.bytes.subarray(0, SHOWN_BYTES_MAX).toString('latin1')
    this.findings.push(`request ${this.#sent}: ${finding}\n${JSON.stringify(request)}`)
  }

  #sample(): void {
    collect()
    const { rss, heapUsed } = process.memoryUsage()
    this.memory.push({ requests: this.#sent, residentBytes: rss, heapBytes: heapUsed })
  }
}

/** The real clock set to another time. */
function clockFrom(startMs: number): Clock {
  const offsetMs = startMs - SYSTEM_CLOCK.nowMs()
  return {
    nowMs: () => SYSTEM_CLOCK.nowMs() + offsetMs,
    monotonicUs: SYSTEM_CLOCK.monotonicUs,
  }
}

/** Collects garbage, which Node offers behind a flag only. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
