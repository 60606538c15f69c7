/**
 * C7: the table of paid calls on served processes, on each engine. Every toxic and every lie, at every
 * phase of a call, for two vendors, each with a healthy third behind it; a mix of all of them by chance,
 * and the vendors' bills held against the rows; and repeats of calls whose node was killed.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { syntheticPerson } from '../../src/testing/people-csv.ts'
import { randomOf } from '../prove/random.ts'
import { AUTHORITY, type Simulator, simulate, type VendorName } from '../vendors/simulators.ts'
import {
  isGentle,
  LIES,
  PHASES,
  type Phase,
  type Poison,
  TOXICS,
  ToxicProxy,
} from '../vendors/toxic-proxy.ts'
import { onEachGround, type Play } from './ground.ts'
import { playRepeats } from './repeats-after-kill.ts'
import type { Suite } from './suite.ts'
import { type AttemptRow, inParallel, type Tenant, VendorStage } from './vendor-stage.ts'

const FIRSTS = ['tencent', 'aliyun'] as const satisfies readonly VendorName[]
const KINDS: readonly string[] = [...TOXICS, ...LIES]
const MATCH = '0'
const BUSY = '-18'
/** Short, so that what hangs does not take long, and long enough for what is only slow. */
const TOTAL_MS = 4_000
const WIDTH = 12
const MIX_CALLS = 400
const MIX_CALLS_NIGHTLY = 10_000
const REPEATED = 100
const REPEATED_NIGHTLY = 2_000
const MIX_SHARE_POISONED = 15
const MIX_SHARE_BUSY = 8
const PERCENT = 100

/** What a call came to: the first vendor's verdict, the next one's, or an unknown. */
type Told = 'verdict' | 'elsewhere' | 'unknown'

interface Cell {
  readonly first: VendorName
  readonly poison: Poison
  readonly route: string
  readonly tenant: Tenant
  readonly person: ReturnType<typeof syntheticPerson>
  /** Asked before, so that there is a reply of another call to give. */
  readonly earlier: ReturnType<typeof syntheticPerson> | undefined
  readonly proxy: ToxicProxy
  /** Whom its calls are sent to: what a vendor's reply is worth, each node knows for itself. */
  readonly node: number
  told?: Told
}

export const paidCalls: Suite = {
  name: 'C7 paid calls',
  run(seed, print, { nightly }) {
    const cells = FIRSTS.length * KINDS.length * PHASES.length
    const held = `${cells} cells on each engine: paid twice 0, charged for an unknown 0`
    return onEachGround({ print, nodes: 2, held }, async (play) => [
      ...(await playTable(seed, play)),
      ...(await playMix(seed, nightly ? MIX_CALLS_NIGHTLY : MIX_CALLS, play)),
      ...(await playRepeats(seed, nightly ? REPEATED_NIGHTLY : REPEATED, play)),
    ])
  },
}

/** What the law of paying once lets a call come to. */
function allowed({ phase, kind }: Poison): readonly Told[] {
  if (isGentle(kind)) return ['verdict']
  if (phase === 'tls') return ['elsewhere']
  // Nothing but chance decides which bytes had left when the connection broke.
  if (phase === 'connect') return kind === 'timeout' ? ['unknown'] : ['elsewhere', 'unknown']
  const isWhole = phase === 'sent' || phase === 'reply'
  return isWhole && kind === 'trailing' ? ['verdict'] : ['unknown']
}

interface VendorWish {
  /** Name of its certificate; without one it speaks HTTP in clear. */
  readonly certificate?: string
  /** Whether it is busy this time, which is free; never by default. */
  readonly isBusy?: () => boolean
}

/** How often a vendor was paid for each card: it finds a match, which costs, unless it is busy. */
async function countingVendor(name: VendorName, wish: VendorWish = {}) {
  const { certificate, isBusy = () => false } = wish
  const paid = new Map<string, number>()
  const script = (card: string) => {
    if (isBusy()) return 'source_busy' as const
    paid.set(card, (paid.get(card) ?? 0) + 1)
    return 'match' as const
  }
  const vendor = await simulate(name, { script, ...(certificate && { certificate }) })
  return { vendor, paid }
}

async function playTable(seed: number, { ground, print }: Play): Promise<string[]> {
  await using stage = await VendorStage.on(ground)
  const names: VendorName[] = [...FIRSTS, 'shumai']
  const plain = await Promise.all(names.map((name) => countingVendor(name)))
  const secured = await Promise.all(
    FIRSTS.map((name) => countingVendor(name, { certificate: 'valid' })),
  )
  for (const { vendor } of [...plain, ...secured]) stage.defer(() => vendor.close())
  const vendorOf = (first: VendorName, phase: Phase) =>
    (phase === 'tls' ? secured : plain)[FIRSTS.indexOf(first as (typeof FIRSTS)[number])]!.vendor
  const third = plain.at(-1)!
  const cells = await openCells(stage, seed, vendorOf)
  await stage.lead(
    [
      ...cells.map(({ first, poison: { phase }, route, proxy }) => {
        const scheme = phase === 'tls' ? 'https' : 'http'
        const endpoint = `${scheme}://127.0.0.1:${proxy.port}`
        const ca = phase === 'tls' ? { ca: AUTHORITY } : {}
        return { name: route, vendor: vendorOf(first, phase), endpoint, ...ca }
      }),
      { name: 'third', vendor: third.vendor, tier: 1 },
    ],
    cells.map(({ tenant: { accountId }, route }) => {
      return { accountId, routes: [route, 'third'], totalTimeoutMs: TOTAL_MS }
    }),
  )
  await stage.serve()
  await inParallel(cells, WIDTH, (cell) => playCell(stage, cell, third.paid))
  const paidFor = (card: string) =>
    [...plain, ...secured].reduce((sum, { paid }) => sum + (paid.get(card) ?? 0), 0)
  const findings = await judgeCells(stage, cells, paidFor)
  for (const first of FIRSTS) for (const line of tableOf(cells, first)) print(line)
  return [...findings, ...(await stage.ledgerFindings())]
}

/** A route and an account for each cell, so that no breaker and no counter is shared. */
async function openCells(
  stage: VendorStage,
  seed: number,
  vendorOf: (first: VendorName, phase: Phase) => Simulator,
): Promise<Cell[]> {
  const wishes = FIRSTS.flatMap((first) =>
    KINDS.flatMap((kind) => PHASES.map((phase) => ({ first, poison: { phase, kind } }))),
  )
  const tenants = await stage.furnish(wishes.map((_, i) => `cell${i}`))
  return Promise.all(
    wishes.map(async ({ first, poison }, i) => {
      const isArmed = () => cell.earlier === undefined || cell.told !== undefined
      const draw = () => (isArmed() ? poison : undefined)
      const proxy = await ToxicProxy.open(vendorOf(first, poison.phase).port, draw)
      stage.defer(() => proxy.close())
      const isEarlier = poison.kind === 'wrong_id' && poison.phase !== 'tls'
      const earlier = isEarlier ? syntheticPerson(seed, wishes.length + i) : undefined
      const person = syntheticPerson(seed, i)
      const node = i % stage.dataDirs.length
      const cell: Cell = {
        ...{ first, poison, route: `cell-${i}`, tenant: tenants[i]!, person, earlier, proxy, node },
      }
      return cell
    }),
  )
}

async function playCell(
  stage: VendorStage,
  cell: Cell,
  third: ReadonlyMap<string, number>,
): Promise<void> {
  const { poison, tenant, person, earlier, proxy, node } = cell
  if (earlier !== undefined) {
    await stage.send(stage.sign(tenant, earlier), node)
    cell.told = 'unknown'
    proxy.drop()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  if (poison.phase === 'connect' && poison.kind === 'down') proxy.close()
  const { result } = await stage.send(stage.sign(tenant, person), node)
  const elsewhere = (third.get(person.cardNumber) ?? 0) > 0
  cell.told = result !== MATCH ? 'unknown' : elsewhere ? 'elsewhere' : 'verdict'
}

async function judgeCells(
  stage: VendorStage,
  cells: readonly Cell[],
  paidFor: (card: string) => number,
): Promise<string[]> {
  const rows = Map.groupBy(await stage.attempts(), ({ accountId }) => accountId)
  const charged = await stage.charged()
  return cells.flatMap((cell) => {
    const { first, poison, tenant, person, earlier, told } = cell
    const own = rows.get(tenant.accountId) ?? []
    const found: string[] = []
    if (!allowed(poison).includes(told!)) found.push(`came to ${told}`)
    if (paidFor(person.cardNumber) > 1) found.push('paid twice')
    const answered = (told === 'unknown' ? 0 : 1) + (earlier === undefined ? 0 : 1)
    if (charged.get(tenant.accountId) !== answered) {
      found.push(`charged ${charged.get(tenant.accountId)} for ${answered} answers`)
    }
    const paid = paidFor(person.cardNumber) + (earlier === undefined ? 0 : 1)
    found.push(...judgeRows(own, { told: told!, paid, earlier: earlier === undefined ? 0 : 1 }))
    return found.map((words) => `${first}, ${poison.kind} at ${poison.phase}: ${words}`)
  })
}

/** Each attempt is one row, and what was paid is settled or unknown, never free. */
function judgeRows(
  rows: readonly AttemptRow[],
  { told, paid, earlier }: { told: Told; paid: number; earlier: number },
): string[] {
  const found: string[] = []
  const count = (state: string) => rows.filter((row) => row.state === state).length
  const expected = { verdict: 1, unknown: 1, elsewhere: 2 }[told] + earlier
  if (rows.length !== expected) found.push(`${rows.length} rows in place of ${expected}`)
  const [settled, unknown] = [count('settled'), count('unknown')]
  if (settled > paid || settled + unknown < paid) {
    found.push(`${paid} paid, of ${settled} settled and ${unknown} unknown`)
  }
  if (unknown !== (told === 'unknown' ? 1 : 0)) found.push(`${unknown} unknown`)
  return found
}

/** A line a fault, a column a phase. */
function tableOf(cells: readonly Cell[], first: VendorName): string[] {
  const widths = [13, ...PHASES.map(() => 10)]
  const line = (words: readonly string[]) =>
    words.map((word, i) => word.padEnd(widths[i]!)).join('')
  const of = (kind: string, phase: Phase) =>
    cells.find((cell) => {
      const { poison } = cell
      return cell.first === first && poison.kind === kind && poison.phase === phase
    })?.told ?? ''
  return [
    line([first, ...PHASES]),
    ...KINDS.map((kind) => line([kind, ...PHASES.map((phase) => of(kind, phase))])),
  ]
}

/** Two vendors that are poisoned by chance, and a third behind them. */
async function playMix(seed: number, calls: number, { ground, print }: Play): Promise<string[]> {
  await using stage = await VendorStage.on(ground)
  const random = randomOf(seed, 7)
  const phases = PHASES.filter((phase) => phase !== 'tls')
  const kinds = KINDS.filter((kind) => kind !== 'down')
  const draw = (): Poison | undefined => {
    if (random(PERCENT) >= MIX_SHARE_POISONED) return undefined
    return { phase: phases[random(phases.length)]!, kind: kinds[random(kinds.length)]! }
  }
  const names: VendorName[] = [...FIRSTS, 'shumai']
  const isBusy = () => random(PERCENT) < MIX_SHARE_BUSY
  const vendors = await Promise.all(
    names.map((name) => countingVendor(name, name === 'tencent' ? { isBusy } : {})),
  )
  for (const { vendor } of vendors) stage.defer(() => vendor.close())
  const routes = await Promise.all(
    vendors.map(async ({ vendor }, tier) => {
      if (tier === FIRSTS.length) return { name: names[tier]!, vendor, tier }
      const proxy = await ToxicProxy.open(vendor.port, draw)
      stage.defer(() => proxy.close())
      return { name: names[tier]!, vendor, tier, endpoint: `http://127.0.0.1:${proxy.port}` }
    }),
  )
  const tenants = await stage.furnish(FIRSTS)
  const policies = FIRSTS.map((first) => {
    return { accountId: first, routes: [first, 'shumai'], totalTimeoutMs: TOTAL_MS }
  })
  await stage.lead(routes, policies)
  await stage.serve()
  const results = new Map<string, number>()
  const findings: string[] = []
  await inParallel(Array.from({ length: calls }), WIDTH, async (_, i) => {
    const person = syntheticPerson(seed + 1, i)
    // One after the other goes to each node, and two by two to each account.
    const { result } = await stage.ask(tenants[(i >> 1) % FIRSTS.length]!, person)
    results.set(result, (results.get(result) ?? 0) + 1)
    const { cardNumber } = person
    const paid = vendors.reduce((sum, { paid: of }) => sum + (of.get(cardNumber) ?? 0), 0)
    if (paid > 1) findings.push(`mix: call ${i} paid ${paid} times`)
  })
  for (const result of results.keys()) {
    if (result !== MATCH && result !== BUSY) findings.push(`mix: answered ${result}`)
  }
  const answered = results.get(MATCH) ?? 0
  const charged = [...(await stage.charged()).values()].reduce((sum, units) => sum + units, 0)
  if (charged !== answered) findings.push(`mix: ${charged} charged for ${answered} answers`)
  const bills = vendors.map(({ vendor }) => vendor.bill)
  findings.push(...(await judgeBills(stage, names, bills, print)))
  print(`mix of ${calls} calls: ${[...results].map(([word, n]) => `${word} ×${n}`).join(', ')}`)
  return [...findings, ...(await stage.ledgerFindings())]
}

/** Each bill lies between what is settled and what may have to be; the first one closes its rows. */
async function judgeBills(
  stage: VendorStage,
  names: readonly VendorName[],
  bills: readonly Simulator['bill'][],
  print: (line: string) => void,
): Promise<string[]> {
  const findings: string[] = []
  const judge = async (when: string) => {
    const rows = await stage.attempts()
    for (const [i, name] of names.entries()) {
      const count = (state: string) =>
        rows.filter((row) => row.route === name && row.state === state).length
      const { paid } = bills[i]!
      const [settled, unknown] = [count('settled'), count('unknown')]
      const said = `${name} ${when}: billed ${paid}, settled ${settled}, unknown ${unknown}`
      print(said)
      const isClosed = when === 'before' || name !== 'tencent' || unknown === 0
      if (settled > paid || settled + unknown < paid || !isClosed) findings.push(said)
    }
  }
  await judge('before')
  const path = join(stage.place.directory, 'bill.csv')
  writeFileSync(path, `requestId\n${bills[0]!.lines.join('\n')}\n`)
  const day = (atMs: number) => new Date(atMs).toISOString().slice(0, 10)
  const period = ['--from', day(Date.now() - 86_400_000), '--to', day(Date.now() + 2 * 86_400_000)]
  const reconcile = ['vendors', 'reconcile', 'tencent', path, ...period]
  const done = await stage.command([...reconcile, '--reference-column', 'requestId'])
  if (done.code !== 0) findings.push(`reconcile ends with ${done.code}: ${done.stderr}`)
  await judge('after the bill')
  return findings
}
