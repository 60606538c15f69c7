/**
 * Everything that is checked beside the tests (`npm run check`), one line a step, slower suites last.
 *
 * A step passes or fails; the readings at the end only inform. The last line counts the steps.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { printRooms } from './import-graph.ts'
import { dependencyFindings, productionPackages } from './lock-file.ts'
import { printReadings } from './readings.ts'
import { run } from './step.ts'
import { surveyRooms } from './tidy/rooms.ts'
import { printFindings, readTree } from './tidy/tree.ts'

/** One check. It throws when it fails and may return lines worth reading. */
interface Step {
  readonly name: string
  readonly run: () => readonly string[]
}

/** Programs that write committed files, and the folders they write. */
const GENERATORS = [
  { script: 'scripts/generate-docs.ts', folder: 'docs/reference' },
  { script: 'scripts/generate-golden.ts', folder: 'test/golden' },
  { script: 'scripts/generate-regions.ts', folder: 'src/domain' },
  { script: 'scripts/generate-name-fold.ts', folder: 'src/domain' },
  { script: 'scripts/generate-bins.ts', folder: 'src/domain' },
] as const

/** Slower suites by the names of their scripts; each runs where it exists. */
const SLOW_SUITES = ['test:clients', 'test:faults'] as const

/** Proofs by kills, each by the arguments of `npm run prove`. */
const PROOFS = ['--kills 30', '--kills 30 --engine postgres --nodes 2'] as const

const MANIFEST = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
}

const STEPS: readonly Step[] = [
  { name: 'types (tsc)', run: () => silent(run('tsc', [])) },
  {
    name: 'types of the console (tsc)',
    run: () => silent(run('tsc', ['-p', 'src/console'])),
  },
  { name: 'lint and format (biome)', run: () => silent(run('biome', ['ci', '--colors=off'])) },
  ...GENERATORS.filter(({ script }) => existsSync(script)).map((generator) => ({
    name: `${generator.folder} is what ${generator.script} writes`,
    run: () => regenerate(generator),
  })),
  { name: 'rooms, arrows and cycles of src', run: rooms },
  { name: 'dependencies: scripts, binaries, addresses, licences', run: dependencies },
  ...SLOW_SUITES.filter((name) => MANIFEST.scripts[name] !== undefined).map((name) => ({
    name: `npm run ${name}`,
    run: () => closing(run('npm', ['run', '--silent', name])),
  })),
  ...PROOFS.map((plan) => ({
    name: `npm run prove -- ${plan}`,
    run: () =>
      run('npm', ['run', '--silent', 'prove', '--', ...plan.split(' ')])
        .trim()
        .split('\n'),
  })),
]

main()

function main(): void {
  const passed = STEPS.filter(carriedOut).length
  console.log(printReadings(readTree(process.cwd()), productionPackages()).join('\n'))
  console.log(`\n${passed} passed, ${STEPS.length - passed} failed`)
  process.exitCode = passed === STEPS.length ? 0 : 1
}

function carriedOut({ name, run: check }: Step): boolean {
  const startMs = performance.now()
  const seconds = () => `${((performance.now() - startMs) / 1000).toFixed(1)} s`
  try {
    const lines = check()
    console.log(
      [`ok    ${name} (${seconds()})`, ...lines.map((line) => `      ${line}`)].join('\n'),
    )
    return true
  } catch (error) {
    console.log(`FAIL  ${name} (${seconds()})\n${error instanceof Error ? error.message : error}`)
    return false
  }
}

function silent(_output: string): readonly string[] {
  return []
}

/** The lines in which a suite sums itself up, and those that say why it left something out. */
function closing(output: string): readonly string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return [...lines.slice(0, -1).filter((line) => line.startsWith('skipped')), ...lines.slice(-1)]
}

/** Runs a generator and compares what it left behind with what was there, committed or not. */
function regenerate({ script, folder }: (typeof GENERATORS)[number]): readonly string[] {
  const before = contents(folder)
  run('node', [script])
  const after = contents(folder)
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort()
  const changed = paths.filter((path) => before.get(path) !== after.get(path))
  if (changed.length > 0) throw new Error(['written anew:', ...changed].join('\n'))
  return []
}

function contents(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  return new Map(
    files
      .filter((file) => file.isFile())
      .map((file) => join(file.parentPath, file.name))
      .map((path) => [path, readFileSync(path, 'latin1')]),
  )
}

function rooms(): readonly string[] {
  const survey = surveyRooms(readTree(process.cwd()))
  if (survey.findings.length > 0) throw new Error(printFindings(survey.findings).join('\n'))
  return printRooms(survey)
}

function dependencies(): readonly string[] {
  const findings = dependencyFindings(readFileSync('package-lock.json', 'utf8'))
  if (findings.length > 0) throw new Error(findings.join('\n'))
  return []
}
