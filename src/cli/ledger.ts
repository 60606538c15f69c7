/** `kayan ledger`: proves the ledger from its rows, and undoes a charge; also while the service runs. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { AccountError } from '../accounts/store.ts'
import type { ChargeRules } from '../billing/charge-rules.ts'
import { type Checkpoint, checkpointOf, parseCheckpoint } from '../billing/seal.ts'
import type { BillableRule, CheckResult } from '../billing/verify.ts'
import { KeyFileError } from '../storage/key-file.ts'
import { type OpenUnknowns, readUnknowns } from '../storage/sql/attempts.ts'
import { mutate } from '../storage/sql/mutation.ts'
import { lastSeal } from '../storage/sql/seals.ts'
import { openStorage, openStore, type Store } from '../storage/storage.ts'
import { translatingStorage } from '../storage/translating.ts'
import { callNamed } from './calls.ts'
import { chargeRulesOf } from './charge-rules.ts'
import { CliError, type Context } from './context.ts'
import { explain } from './explain.ts'
import { defineExport } from './ledger-export.ts'
import { defineStatement } from './ledger-statement.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption } from './options.ts'
import { inYuanExactly } from './vendor-money.ts'

const BROKEN_EXIT_CODE = 1
const COULD_NOT_RUN_EXIT_CODE = 2
const UNKNOWNS_EXIT_CODE = 3
/** By then a vendor's own figures say whether a call was charged. */
const UNKNOWN_MS_MAX = 86_400_000

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.ledger
  command.description(texts.description)
  addExamples(command, context, [
    'kayan ledger verify',
    'kayan ledger verify --json',
    'kayan ledger statement --account shop --by month --csv statement.csv',
    'kayan ledger reverse 4XU29Z4D2611220525 --reason complaint',
  ])
  command
    .command('verify')
    .description(texts.verify)
    .option('--account <account>', context.locale.statements.onlyAccount)
    .addOption(new Option('--since <checkpoint>', context.locale.statements.since).argParser(since))
    .addOption(jsonOption(context))
    .action((options) => verify(context, options))
  command
    .command('seal')
    .description(context.locale.statements.seal)
    .action(() => seal(context))
  command
    .command('reverse')
    .description(texts.reverse)
    .addArgument(new Argument('<call>', context.locale.calls.name))
    .requiredOption('--reason <text>', context.locale.grants.reason)
    .action((name, options) => reverse(context, name, options.reason))
  defineStatement(command, context)
  defineExport(command, context)
}

/** Gives the unit of one call back to the grant that paid for it; each charge at most once. */
function reverse(context: Context, name: string, reason: string): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    const { serial } = await callNamed(context, storage, name)
    const deed = deedOf(context)
    const subject = `call ${serial}`
    const line = { deed, action: 'ledger.reverse', subject, detail: `1 ${reason}` }
    const entry = await mutate(storage.engine, line, ({ ledger }) =>
      ledger.reverseCharge({ serial, reason }, deed.atMs),
    )
    if (typeof entry === 'string') {
      throw new CliError(
        entry === 'not_charged'
          ? context.locale.ledger.notCharged(name)
          : context.locale.grants.refusals[entry],
      )
    }
    context.out(context.locale.ledger.reversed(name, String(entry.grantId)))
  })
}

interface VerifyCommand {
  readonly account?: string
  readonly since?: Checkpoint
  readonly json?: true
}

interface Proof {
  readonly results: readonly CheckResult[]
  /** Of the last seal; number 0 for none. */
  readonly checkpoint: Checkpoint
  /** Calls to vendors of which nobody can say yet whether they are paid. */
  readonly unknowns: OpenUnknowns
}

async function verify(context: Context, options: VerifyCommand): Promise<void> {
  const texts = context.locale.ledger
  const { results, checkpoint, unknowns } = await check(context, options)
  const broken = results.some(({ ok }) => !ok)
  const { oldestAtMs = Infinity } = unknowns
  if (broken) context.exitCode = BROKEN_EXIT_CODE
  else if (context.nowMs() - oldestAtMs > UNKNOWN_MS_MAX) context.exitCode = UNKNOWNS_EXIT_CODE
  if (options.json) {
    const seal = checkpoint.number > 0 && { checkpoint: checkpointOf(checkpoint) }
    context.out(JSON.stringify({ ok: !broken, checks: results, unknowns, ...seal }))
    return
  }
  printChecks(context, results)
  printUnknowns(context, unknowns)
  printCheckpoint(context, checkpoint)
  context.out(broken ? texts.broken : texts.holds)
}

/** One line a check. */
export function printChecks(context: Context, results: readonly CheckResult[]): void {
  const texts = context.locale.ledger
  for (const { id, ok, bad, firstBad } of results) {
    const line = `${id.padEnd(3)}  ${ok ? texts.ok : texts.fail}  ${texts.checks[id]}`
    context.out(ok ? line : `${line}: ${bad} (${firstBad.join(', ')})`)
  }
}

function printUnknowns(context: Context, { count, costCentifen, oldestAtMs }: OpenUnknowns): void {
  if (oldestAtMs === undefined) return
  const amount = inYuanExactly(costCentifen)
  context.out(context.locale.vendors.unknowns(count, amount, beijingTime(oldestAtMs)))
}

function printCheckpoint(context: Context, checkpoint: Checkpoint): void {
  const texts = context.locale.statements
  const name = checkpoint.number > 0 ? checkpointOf(checkpoint) : texts.unsealed
  context.out(texts.checkpoint(name))
}

function seal(context: Context): Promise<void> {
  return withStorage(context, 'write', async (storage) => {
    printCheckpoint(context, await storage.seal(context.nowMs()))
  })
}

/** Could not run is not the same as broken: scripts must tell the two apart. */
async function check(context: Context, { account, since }: VerifyCommand): Promise<Proof> {
  try {
    const { store: place } = context.config()
    return await translatingStorage(place.dataDir, async () => {
      const store = await openForProof(context)
      try {
        const results = await store.verifyLedger({
          billable: billableRule(await chargeRulesOf(store.engine)),
          nowMs: context.nowMs(),
          ...(since !== undefined && { since }),
          ...(account !== undefined && { accountId: await accountIdOf(store, account) }),
        })
        const { queries } = store.engine
        const unknowns = await readUnknowns(queries)
        return { results, checkpoint: await lastSeal(queries), unknowns }
      } finally {
        await store.close()
      }
    })
  } catch (error) {
    const line = explain(error, context.locale)
    if (line === undefined) throw error
    throw new CliError(line, COULD_NOT_RUN_EXIT_CODE)
  }
}

/** With the key file, by which the seals are known for ours; a copy of the data alone is proved too. */
async function openForProof(context: Context): Promise<Store> {
  const { store: place, mode } = context.config()
  const production = mode === 'production'
  try {
    return await openStorage({ ...place, production, nowMs: context.nowMs(), readOnly: true })
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error
    return await openStore(place, { readOnly: true })
  }
}

async function accountIdOf({ engine }: Store, idOrName: string): Promise<string> {
  const row = await engine.queries
    .selectFrom('account')
    .select('id')
    .where(({ or, eb }) => or([eb('id', '=', idOrName), eb('name', '=', idOrName)]))
    .executeTakeFirst()
  if (row === undefined) throw new AccountError('account_unknown', idOrName)
  return row.id
}

function since(value: string): Checkpoint {
  const checkpoint = parseCheckpoint(value)
  if (checkpoint === undefined) throw new InvalidArgumentError('')
  return checkpoint
}

/** Every charge is judged by the version it names. */
export function billableRule(rules: ChargeRules): BillableRule {
  return (api, _product, result, version) => rules.costs(api, result, version)
}
