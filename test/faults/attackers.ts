/**
 * E1 and E5 on served processes, on each engine: fifty accounts that guess one card's phone together
 * over all nodes, with kills among their guesses, and honest people who mistype now and then.
 */
import { join } from 'node:path'
import { SYSTEM_CLOCK } from '../../src/main.ts'
import { importRegistry } from '../../src/storage/registry-import/import.ts'
import {
  type SyntheticPerson,
  syntheticPerson,
  writePeopleCsv,
} from '../../src/testing/people-csv.ts'
import { type Random, randomOf } from '../prove/random.ts'
import { simulate } from '../vendors/simulators.ts'
import { onEachGround, type Play } from './ground.ts'
import type { Suite } from './suite.ts'
import { inParallel, type Tenant, VendorStage } from './vendor-stage.ts'

const TENANTS = 50
const GUESSES = 5_000
const GUESSES_WHOLE = 100_000
const WIDTH = 64
/** What a card's counter over all accounts lets through in a day; of a vendor even less. */
const VERDICTS_MAX = 15
/** What the few guesses that were let through may leave; the refused ones leave none. */
const GUARD_ROWS_MAX = 300
const PEOPLE = 3_000
const PEOPLE_NIGHTLY = 30_000
const TYPOS_PERCENT = 1
const RETRIES = 3
const LIMITED_SHARE_MAX = 0.001
const MATCH = '0'
const MISMATCH = '-1'
const TOO_MANY = '-19'
/** The vendor was late, on a machine that has much to do: no word about the elements, and no limit. */
const UNTOLD = '-18'
const UNTOLD_SHARE_MAX = 0.01
const PERCENT = 100

/** Who answers: the operator's own register, or a vendor that knows the same people. */
type SourceKind = 'registry' | 'vendor'
const SOURCES: readonly SourceKind[] = ['registry', 'vendor']

export const attackers: Suite = {
  name: 'E1 E5 guessing',
  run(seed, print, { nightly }) {
    const held = `at most ${VERDICTS_MAX} verdicts on a card a day, whoever guesses`
    return onEachGround({ print, nodes: 2, held, isBusy: true }, async (play) => {
      const findings: string[] = []
      for (const source of SOURCES) {
        const say = (found: readonly string[]) =>
          findings.push(...found.map((f) => `${source}: ${f}`))
        const part = { ...play, source, seed }
        say(await playGuessing(part, guessesOf(part, nightly)))
        say(await playHonesty(part, nightly ? PEOPLE_NIGHTLY : PEOPLE))
      }
      return findings
    })
  },
}

interface Part extends Play {
  readonly source: SourceKind
  readonly seed: number
}

/** All of them at vendors; on two nodes, and at the own register again, they take minutes. */
function guessesOf({ ground, source }: Part, nightly: boolean): number {
  const isWhole = nightly || (source === 'vendor' && ground.nodes === 1)
  return isWhole ? GUESSES_WHOLE : GUESSES
}

/** An installation whose source knows so many people; `asked` are the phones that reached a vendor. */
async function arrange(stage: VendorStage, source: SourceKind, seed: number, people: number) {
  const asked: string[] = []
  const tenants = await stage.furnish(Array.from({ length: TENANTS }, (_, i) => `tenant${i}`))
  if (source === 'registry') {
    const csvPath = join(stage.place.directory, 'people.csv')
    writePeopleCsv({ path: csvPath, rows: people, seed })
    await stage.place.withStorage(async ({ keyring }) => {
      for (const directory of stage.registryDirectories) {
        await importRegistry({ csvPath, directory, keyring, clock: SYSTEM_CLOCK })
      }
    })
  } else {
    const phones = new Map<string, string>()
    for (let i = 0; i < people; i++) {
      const { cardNumber, mobile } = syntheticPerson(seed, i)
      phones.set(cardNumber, mobile)
    }
    const script = (card: string, mobile: string) => {
      asked.push(mobile)
      return phones.get(card) === mobile ? ('match' as const) : ('mismatch' as const)
    }
    const vendor = await simulate('tencent', { script })
    stage.defer(() => vendor.close())
    await stage.lead([{ name: 'vendor', vendor }])
  }
  await stage.serve()
  return { tenants, asked }
}

async function playGuessing(
  { ground, source, seed, print }: Part,
  guesses: number,
): Promise<string[]> {
  await using stage = await VendorStage.on(ground)
  const { tenants, asked } = await arrange(stage, source, seed, 10)
  const random = randomOf(seed, 1)
  const victim = syntheticPerson(seed, 0)
  // The right one is among them, at a place that nobody knows.
  const rightAt = random(guesses)
  const kills = [5, 10 + random(guesses - 15)]
  const results = new Map<string, number>()
  const up = stage.dataDirs.map(() => Promise.resolve())
  const startedMs = performance.now()
  await inParallel(Array.from({ length: guesses }), WIDTH, async (_, i) => {
    const node = i % up.length
    const kill = kills.indexOf(i)
    if (kill !== -1) up[kill % up.length] = restart(stage, kill % up.length)
    await up[node]
    const mobile = i === rightAt ? victim.mobile : guessOf(i)
    const tenant = tenants[Math.floor(i / up.length) % TENANTS]!
    const { result } = await stage.send(stage.sign(tenant, { ...victim, mobile }), node)
    results.set(result, (results.get(result) ?? 0) + 1)
  })
  const tookS = (performance.now() - startedMs) / 1_000
  const verdicts = (results.get(MATCH) ?? 0) + (results.get(MISMATCH) ?? 0)
  const charged = [...(await stage.charged()).values()].reduce((sum, units) => sum + units, 0)
  const lost = results.get('') ?? 0
  const rows = await guardRows(stage)
  const reached = new Set(asked).size
  print(
    `E1 ${source}: ${guesses} guesses of ${TENANTS} accounts in ${Math.round(tookS)} s, two kills: ` +
      `${verdicts} verdicts, ${charged} charged, ${reached} phones reached a vendor, ` +
      `${rows} rows of counters; ` +
      [...results].map(([word, n]) => `${word || 'cut off'} ×${n}`).join(', '),
  )
  const findings: string[] = []
  if (charged > VERDICTS_MAX) findings.push(`${charged} verdicts were made`)
  if (reached > VERDICTS_MAX) findings.push(`${reached} reached a vendor`)
  if (charged < verdicts || charged > verdicts + lost) {
    findings.push(`${charged} charged for ${verdicts} verdicts and ${lost} calls cut off`)
  }
  if (verdicts + lost === 0) findings.push('nobody was ever answered')
  if (rows > GUARD_ROWS_MAX) findings.push(`the guesses left ${rows} rows of counters`)
  return [...findings, ...(await stage.ledgerFindings())]
}

async function restart(stage: VendorStage, node: number): Promise<void> {
  await stage.node(node).kill()
  await stage.serveNode(node)
}

async function guardRows({ place }: VendorStage): Promise<number> {
  const { count } = await place.withStorage(({ engine }) =>
    engine.queries
      .selectFrom('guard_row')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
  )
  return Number(count)
}

/** A phone for each guess, none twice. */
function guessOf(n: number): string {
  return `177${String(n).padStart(8, '0')}`
}

async function playHonesty(
  { ground, source, seed, print }: Part,
  people: number,
): Promise<string[]> {
  await using stage = await VendorStage.on(ground)
  const { tenants } = await arrange(stage, source, seed, people)
  const count: Count = { calls: 0, typos: 0, limited: 0, untold: 0, others: [] }
  await inParallel(Array.from({ length: people }), WIDTH, async (_, i) => {
    const random = randomOf(seed, 100 + i)
    await verifyHonestly(
      stage,
      tenants[(i >> 1) % TENANTS]!,
      syntheticPerson(seed, i),
      random,
      count,
    )
  })
  const share = count.limited / count.calls
  print(
    `E5 ${source}: ${count.calls} calls of ${people} honest people, ${count.typos} mistyped, ` +
      `${count.limited} limited (${(share * PERCENT).toFixed(3)} %), ${count.untold} untold`,
  )
  const findings: string[] = []
  if (share >= LIMITED_SHARE_MAX) findings.push(`${count.limited} of ${count.calls} limited`)
  const { calls, untold, others } = count
  if (untold > calls * UNTOLD_SHARE_MAX) findings.push(`${untold} of ${calls} untold`)
  if (others.length > 0) {
    findings.push(`${others.length} honest calls came to ${[...new Set(others)].join(', ')}`)
  }
  return findings
}

interface Count {
  calls: number
  typos: number
  limited: number
  untold: number
  /** What was neither the verdict that was due nor a limit. */
  readonly others: string[]
}

/** Tries until it fits, as often as a form lets one. */
async function verifyHonestly(
  stage: VendorStage,
  tenant: Tenant,
  person: SyntheticPerson,
  random: Random,
  count: Count,
): Promise<void> {
  for (let attempt = 0; attempt <= RETRIES; attempt++) {
    const mistyped = random(PERCENT) < TYPOS_PERCENT
    const mobile = mistyped ? mistype(person.mobile, random) : person.mobile
    const { result } = await stage.ask(tenant, { ...person, mobile })
    count.calls++
    if (mistyped) count.typos++
    if (result === TOO_MANY) count.limited++
    else if (result === UNTOLD) count.untold++
    else if (result !== (mistyped ? MISMATCH : MATCH)) count.others.push(result || 'cut off')
    if (result !== MISMATCH) return
  }
}

/** One digit is another. */
function mistype(mobile: string, random: Random): string {
  const at = 3 + random(8)
  const digit = (Number(mobile[at]) + 1 + random(9)) % 10
  return mobile.slice(0, at) + digit + mobile.slice(at + 1)
}
