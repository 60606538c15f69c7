/**
 * E6: one week of honest, forgetful and guessing people, played twice before the same simulated issuer:
 * once through a plain failover over three vendors, once through Kayan. The table in the guide comes
 * from here; the suite fails when the guide says something else.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../src/domain/clock.ts'
import type { GuardProfileName } from '../../src/sources/guardian.ts'
import { type FaultProxy, openProxy } from '../vendors/fault-proxy.ts'
import { type Script, type Simulator, simulate, type VendorName } from '../vendors/simulators.ts'
import { Issuer, type IssuerRules } from './issuer.ts'
import { askNaively } from './naive-failover.ts'
import { endOf, type Suite } from './suite.ts'
import { type Tenant, VendorStage } from './vendor-stage.ts'
import { playWeek, type Visit, type Word } from './week-of-visitors.ts'

const GUIDES = join(import.meta.dirname, '../../docs/guides')
/** The table of the guide is of this seed. */
const TABLE_SEED = 6
const NAMES = ['tencent', 'aliyun', 'shumai'] as const satisfies readonly VendorName[]
const TENANTS = 5
const PERCENT = 100
/** Of the first vendor's calls: it says that it is busy, or its answer is lost, and has asked all the same. */
const BUSY_PERCENT = 3
const LOST_PERCENT = 2
const STARTS_AT_MS = Date.UTC(2026, 10, 2)

interface Ruling {
  readonly en: string
  readonly zh: string
  readonly rules: IssuerRules
  readonly profile: GuardProfileName
}

const USUAL = { consecutiveMax: 3, dayMax: 10, rollingMax: Number.POSITIVE_INFINITY } as const
const RULINGS: readonly Ruling[] = [
  {
    en: '3 failures in a row or 10 a day, for 12 hours',
    zh: '连续失败 3 次或每日 10 次，锁 12 小时',
    rules: { ...USUAL, release: 'after_12_hours' },
    profile: 'unionpay',
  },
  {
    en: 'the same, until midnight',
    zh: '同上，锁到零点',
    rules: { ...USUAL, release: 'at_midnight' },
    profile: 'unionpay',
  },
  {
    en: 'also 4 in 24 hours',
    zh: '另加 24 小时 4 次',
    rules: { ...USUAL, rollingMax: 4, release: 'after_12_hours' },
    profile: 'shumai',
  },
  {
    en: 'also 5 in 24 hours',
    zh: '另加 24 小时 5 次',
    rules: { ...USUAL, rollingMax: 5, release: 'after_12_hours' },
    profile: 'jumdata',
  },
]

export const cardLocks: Suite = {
  name: 'E6 card locks',
  async run(seed, print) {
    const findings: string[] = []
    const tables = { en: [] as string[], zh: [] as string[] }
    for (const ruling of RULINGS) {
      const plain = await play(ruling, TABLE_SEED, openPlain)
      const ours = await play(ruling, TABLE_SEED, openOurs)
      for (const language of ['en', 'zh'] as const) {
        tables[language].push(lineOf(ruling[language], plain, ours))
      }
      print(lineOf(ruling.en, plain, ours))
      if (plain.locks === 0) findings.push(`${ruling.en}: a plain failover locked nothing`)
      if (ours.locks > 0) findings.push(`${ruling.en}: ${ours.locks} locks through Kayan`)
    }
    const other = await play(RULINGS[seed % RULINGS.length]!, seed, openOurs)
    if (other.locks > 0) findings.push(`seed ${seed}: ${other.locks} locks through Kayan`)
    findings.push(...guideFindings('buying-from-vendors.md', tables.en))
    findings.push(...guideFindings('buying-from-vendors.zh-CN.md', tables.zh))
    return endOf(findings, 'no card locked through Kayan')
  },
}

interface Played {
  readonly asked: number
  readonly locks: number
  /** Visits with the right elements that heard "too often". */
  readonly refused: number
}

function lineOf(rules: string, plain: Played, ours: Played): string {
  const cells = [rules, plain.asked, plain.locks, plain.refused]
  return `| ${[...cells, ours.asked, ours.locks, ours.refused].join(' | ')} |`
}

function guideFindings(file: string, lines: readonly string[]): string[] {
  const guide = readFileSync(join(GUIDES, file), 'utf8')
  return lines.filter((line) => !guide.includes(line)).map((line) => `${file} must say: ${line}`)
}

/** What stands between the visitors and the vendors. */
interface Player {
  visit(visit: Visit): Promise<Word>
  close(): Promise<void>
}

interface Scene {
  readonly vendors: readonly Simulator[]
  readonly endpoints: readonly string[]
  readonly profile: GuardProfileName
  readonly clock: Clock
}

async function play(
  { rules, profile }: Ruling,
  seed: number,
  open: (scene: Scene) => Promise<Player>,
): Promise<Played> {
  const issuer = new Issuer(rules)
  let nowMs = STARTS_AT_MS
  const clock = { nowMs: () => nowMs, monotonicUs: () => (nowMs - STARTS_AT_MS) * 1_000 }
  const right = new Map<string, string>()
  let isBusy = false
  const scriptOf = (first: boolean): Script => {
    return (card, mobile) => {
      const word = issuer.ask(card, right.get(card) === mobile, nowMs)
      if (word === 'locked') return 'attempts_exceeded'
      return first && isBusy ? 'source_busy' : word
    }
  }
  const vendors = await Promise.all(
    NAMES.map((name, i) => simulate(name, { script: scriptOf(i === 0), nowMs: clock.nowMs })),
  )
  const line = await openProxy(vendors[0]!.port)
  const endpoints = vendors.map(({ url }, i) => (i === 0 ? `http://127.0.0.1:${line.port}` : url))
  const player = await open({ vendors, endpoints, profile, clock })
  let refused = 0
  await playWeek(seed, right, async (visit, random) => {
    nowMs = STARTS_AT_MS + visit.atMs
    isBusy = random(PERCENT) < BUSY_PERCENT
    loseReply(line, random(PERCENT) < LOST_PERCENT)
    const word = await player.visit(visit)
    if (word === 'too_often' && visit.mobile === visit.person.mobile) refused++
    return word
  })
  await player.close()
  for (const open of [line, ...vendors]) open.close()
  return { asked: issuer.asked, locks: issuer.locks, refused }
}

function loseReply(line: FaultProxy, isLost: boolean): void {
  line.fault = isLost ? { replyShare: 0, how: 'reset' } : undefined
}

async function openPlain({ vendors, endpoints, clock }: Scene): Promise<Player> {
  return {
    visit: ({ person, mobile }) =>
      askNaively(vendors, endpoints, { ...person, mobile }, clock.nowMs()),
    close: async () => {},
  }
}

const WORDS: Readonly<Record<string, Word>> = { '0': 'match', '-1': 'mismatch', '-19': 'too_often' }

async function openOurs({ vendors, endpoints, profile, clock }: Scene): Promise<Player> {
  const stage = await VendorStage.on()
  const names = Array.from({ length: TENANTS }, (_, i) => `tenant${i}`)
  const tenants: Tenant[] = await stage.furnish(names, 1_000_000, clock.nowMs())
  await stage.lead(
    vendors.map((vendor, tier) => {
      return { name: NAMES[tier]!, vendor, endpoint: endpoints[tier]!, tier, profile }
    }),
  )
  await stage.serveHere(clock)
  return {
    async visit({ person, mobile, tenant }) {
      const asking = tenants[tenant % TENANTS]!
      const { result } = await stage.ask(asking, { ...person, mobile }, clock.nowMs())
      return WORDS[result] ?? 'busy'
    },
    close: async () => stage[Symbol.asyncDispose](),
  }
}
