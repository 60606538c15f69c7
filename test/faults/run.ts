/**
 * The long faults (`npm run test:faults [-- --seed N] [--nightly] [SUITE…]`): each suite by name, all
 * of them without one; those that take half an hour only by `--nightly`. A suite that the machine cannot play is skipped with its reason, and fails in CI.
 */
import { parseArgs } from 'node:util'
import { attackers } from './attackers.ts'
import { canarySuite } from './canary.ts'
import { cardLocks } from './card-locks.ts'
import { clockSteps } from './clock-steps.ts'
import { databaseLoss } from './database-loss.ts'
import { diskErrors } from './disk-errors.ts'
import { failpoints } from './failpoints.ts'
import { fullDisk } from './full-disk.ts'
import { fuzzSuite } from './fuzz-suite.ts'
import { lastUnits } from './last-units.ts'
import { paidCalls } from './paid-calls.ts'
import { simulation } from './simulation.ts'
import type { Suite, SuiteEnd } from './suite.ts'
import { timing } from './timing-suite.ts'
import { valkeyLoss } from './valkey-suite.ts'
import { vendorOutage } from './vendor-outage.ts'

const SUITES: readonly Suite[] = [
  fuzzSuite,
  simulation,
  failpoints,
  diskErrors,
  clockSteps,
  fullDisk,
  databaseLoss,
  valkeyLoss,
  lastUnits,
  paidCalls,
  vendorOutage,
  attackers,
  cardLocks,
  canarySuite,
]
const NIGHTLY: readonly Suite[] = [timing]
const NAMED_MAX = 20
/** A suite that says nothing for longer hangs; it is played once more, and says so. */
const SILENT_MS_MAX = 300_000
const NIGHTLY_MS_MAX = 7_200_000

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
    nightly: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const chosen = [...SUITES, ...(values.nightly ? NIGHTLY : [])].filter(({ name }) => {
  return positionals.length === 0 || positionals.some((word) => name.includes(word))
})
const counts = { held: 0, failed: 0, skipped: 0 }
for (const suite of chosen) tell(suite, await play(suite))
print(
  `faults, seed ${seed}: ${counts.held} suites hold, ${counts.failed} failed, ${counts.skipped} skipped`,
)
// What a suite that hangs has open must not keep the process.
process.exit(counts.failed === 0 && chosen.length > 0 ? 0 : 1)

/** Undefined when nothing is heard of it any more. */
function inTime(suite: Suite): Promise<SuiteEnd | undefined> {
  const limitMs = NIGHTLY.includes(suite) || values.nightly ? NIGHTLY_MS_MAX : SILENT_MS_MAX
  const silent = Promise.withResolvers<undefined>()
  const alarm = setTimeout(() => silent.resolve(undefined), limitMs).unref()
  const hear = (line: string) => {
    alarm.refresh()
    print(`      ${line}`)
  }
  return Promise.race([suite.run(seed, hear, { nightly: values.nightly }), silent.promise])
}

/** What a debugger of processes leaves undone now and then must not hold everything up. */
async function again(suite: Suite): Promise<SuiteEnd> {
  print(`      hung: silent for ${SILENT_MS_MAX / 1_000} s; played once more`)
  return (await inTime(suite)) ?? { findings: ['hung twice'] }
}

async function play(suite: Suite): Promise<SuiteEnd> {
  print(`${suite.name}: seed ${seed}`)
  try {
    return (await inTime(suite)) ?? (await again(suite))
  } catch (error) {
    return { findings: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }
  }
}

function tell({ name }: Suite, end: SuiteEnd): void {
  if ('held' in end) {
    counts.held++
    print(`ok    ${name}: ${end.held}`)
  } else if ('skipped' in end && process.env.CI !== 'true') {
    counts.skipped++
    print(`skipped ${name}: ${end.skipped}`)
  } else {
    counts.failed++
    const findings = 'skipped' in end ? [`CI must play it: ${end.skipped}`] : end.findings
    print(`FAIL  ${name}: ${findings.length} findings`)
    for (const finding of findings.slice(0, NAMED_MAX)) print(`      ${finding}`)
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
