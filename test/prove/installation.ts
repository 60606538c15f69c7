/** The installation that a proof is driven against: accounts, keys and packages, made by the command line. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { syntheticPerson, writePeopleCsv } from '../../src/testing/people-csv.ts'
import { RAISED_REGISTRY_LIMITS } from '../../src/testing/registry-limits.ts'
import { runCli } from '../support/kayan-process.ts'

export const PEOPLE = 2_000
const PEOPLE_SEED = 7
const UNITS_BIG = 10_000_000
/** Two packages each, so that the second is begun when the first ends. */
const UNITS_SMALL = [60, 100]
const SMALL_ACCOUNTS = 4
const RATE_PER_SECOND = 1_000_000
/** One account keeps the rate that is usual. */
const RATE_USUAL_PER_SECOND = 20

/** A buyer with keys of its own. */
export interface Buyer {
  readonly account: string
  readonly tencent: { readonly secretId: string; readonly secretKey: string }
  /** Of the sandbox; empty for a buyer without. */
  readonly testTencent: { readonly secretId: string; readonly secretKey: string }
  readonly appCode: string
}

export interface Installation {
  readonly dataDirs: readonly string[]
  readonly keyFile: string
  readonly databaseUrl: string | undefined
  readonly variables: Readonly<Record<string, string>>
  readonly buyers: readonly Buyer[]
}

/** The person in row `index` of the registry. */
export function person(index: number) {
  return syntheticPerson(PEOPLE_SEED, index % PEOPLE)
}

/** What an installation is made of. */
export interface Furniture {
  readonly nodes: number
  readonly databaseUrl: string | undefined
  /** `all` the buyers of a proof, or the one whose package never ends. */
  readonly buyers: 'all' | 'one'
}

/** Makes an installation below `directory`: a data directory for each node, one key file for all. */
export async function furnish(directory: string, furniture: Furniture): Promise<Installation> {
  const { nodes, databaseUrl } = furniture
  const keyFile = join(directory, 'kayan.key')
  const dataDirs = Array.from({ length: nodes }, (_, i) => join(directory, `node-${i + 1}`))
  for (const dataDir of dataDirs) mkdirSync(dataDir)
  const variables = {
    KAYAN_KEY_FILE: keyFile,
    KAYAN_LOG_LEVEL: 'debug',
    ...RAISED_REGISTRY_LIMITS,
    ...(databaseUrl !== undefined && { KAYAN_DATABASE_URL: databaseUrl }),
  }
  const run = (args: readonly string[], dataDir = dataDirs[0]!) => kayan(dataDir, variables, args)
  const buyers = [await furnishBuyer(run, 'big', RATE_PER_SECOND, [UNITS_BIG])]
  for (let i = 1; furniture.buyers === 'all' && i <= SMALL_ACCOUNTS; i++) {
    buyers.push(await furnishBuyer(run, `small-${i}`, RATE_PER_SECOND, UNITS_SMALL))
  }
  if (furniture.buyers === 'all') {
    buyers.push(await furnishBuyer(run, 'slow', RATE_USUAL_PER_SECOND, [UNITS_BIG]))
  }
  const csvPath = join(directory, 'people.csv')
  writePeopleCsv({ path: csvPath, rows: PEOPLE, seed: PEOPLE_SEED })
  for (const dataDir of dataDirs) await run(['registry', 'import', csvPath], dataDir)
  return { dataDirs, keyFile, databaseUrl, variables, buyers }
}

type Run = (args: readonly string[]) => Promise<string>

async function furnishBuyer(
  run: Run,
  account: string,
  rate: number,
  packages: readonly number[],
): Promise<Buyer> {
  await run(['accounts', 'create', account, '--rate', String(rate)])
  for (const units of packages) await grant(run, account, units, 'live')
  await grant(run, account, UNITS_BIG, 'test')
  return {
    account,
    tencent: await createTencent(run, account, 'live'),
    testTencent: await createTencent(run, account, 'test'),
    appCode: shown(await run(['keys', 'create', account, '--kind', 'appcode']), 'AppCode'),
  }
}

function grant(run: Run, account: string, units: number, mode: string): Promise<string> {
  const product = ['--product', 'card4', '--units', String(units), '--mode', mode]
  return run(['grants', 'add', account, ...product])
}

async function createTencent(run: Run, account: string, mode: string) {
  const output = await run(['keys', 'create', account, '--kind', 'tencent', '--mode', mode])
  return { secretId: shown(output, 'SecretId'), secretKey: shown(output, 'SecretKey') }
}

function shown(output: string, name: string): string {
  const found = new RegExp(`^\\s*${name}\\s+(\\S+)$`, 'm').exec(output)?.[1]
  if (found === undefined) throw new Error(`no ${name} in:\n${output}`)
  return found
}

/** Has the whole ledger written to a file, one JSON line a row. */
export async function exportLedger(installation: Installation, path: string): Promise<void> {
  const { dataDirs, variables } = installation
  await kayan(dataDirs[0]!, variables, ['ledger', 'export', '--output', path])
}

/** Runs one command to its end; throws when it fails. */
async function kayan(
  dataDir: string,
  variables: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<string> {
  const { code, stdout, stderr } = await runCli(dataDir, args, { variables })
  if (code !== 0) throw new Error(`kayan ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`)
  return stdout
}
