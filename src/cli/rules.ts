/** `kayan rules`: the versions of what is charged, and adding one. */
import { type Command, InvalidArgumentError } from 'commander'
import { isOutcome, OUTCOMES, type Outcome } from '../domain/outcome.ts'
import type { ChargeTable } from '../protocols/charge-table.ts'
import { addChargeRevision, readChargeRevisions } from '../storage/sql/charge-rules.ts'
import { chargeRulesOf, chargeTables } from './charge-rules.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption, moment } from './options.ts'
import { tableLines } from './table.ts'

/** Stands for all states of a card. */
const CARD_STATES = 'card_state'
/** Every node has read a version by the time it begins. */
const LEAD_MS = 5_000

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.rules
  command.description(texts.description)
  addExamples(command, context, [
    'kayan rules list --api aliyun.1887',
    'kayan rules add aliyun.1887 --charge card_state --from 2027-01-01 --reason "contract of 2027"',
    'kayan rules add tencent.BankCard4EVerification --free issuer_unsupported --reason goodwill',
  ])
  command
    .command('list')
    .description(texts.list)
    .option('--api <api>', texts.apiOption)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('add')
    .description(texts.add)
    .argument('<api>', texts.api)
    .option('--charge <results>', texts.charge, resultNames, [])
    .option('--free <results>', texts.free, resultNames, [])
    .option('--from <time>', texts.from, moment)
    .requiredOption('--reason <text>', texts.reason)
    .action((api, options) => add(context, api, options))
}

function list(context: Context, options: { api?: string; json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const texts = context.locale.rules
    const rules = await chargeRulesOf(engine)
    const revisions = await readChargeRevisions(engine.queries)
    const reasonOf = (api: string, version: number) =>
      revisions.find((revision) => revision.api === api && revision.version === version)?.reason
    const rows = rules.tables
      .filter(({ api }) => options.api === undefined || api === options.api)
      .flatMap(({ api }) =>
        rules.versionsOf(api).map(({ version, charged, effectiveFromMs }) => ({
          api,
          version,
          effectiveFromMs,
          charged: [...charged],
          reason: reasonOf(api, version) ?? '',
        })),
      )
    if (rows.length === 0) throw new CliError(texts.refusals.api_unknown)
    if (options.json) return context.out(JSON.stringify(rows))
    const cells = rows.map(({ api, version, effectiveFromMs, charged, reason }) => {
      const begins = effectiveFromMs === 0 ? texts.always : beijingTime(effectiveFromMs)
      return [api, String(version), begins, charged.join(' '), reason]
    })
    for (const line of tableLines(texts.columns, cells)) context.out(line)
  })
}

interface AddOptions {
  readonly charge: readonly string[]
  readonly free: readonly string[]
  readonly from?: number
  readonly reason: string
}

function add(context: Context, api: string, options: AddOptions): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    const texts = context.locale.rules
    const { from, reason } = options
    const deed = deedOf(context)
    const table = chargeTables().find((candidate) => candidate.api === api)
    if (table === undefined) throw new CliError(texts.refusals.api_unknown)
    const charge = outcomesOf(table, options.charge)
    const free = outcomesOf(table, options.free)
    const order = { api, charge, free, effectiveFromMs: from ?? deed.atMs + LEAD_MS, reason }
    const added = await addChargeRevision(engine, [table], order, deed)
    if (typeof added === 'string') throw new CliError(texts.refusals[added])
    context.out(texts.added(api, String(added.version), beijingTime(added.effectiveFromMs)))
  })
}

/** Names of outcomes, or the class `card_state`. */
function resultNames(value: string): string[] {
  const names = value.split(',')
  if (!names.every((name) => isOutcome(name) || name === CARD_STATES)) {
    throw new InvalidArgumentError('')
  }
  return names
}

/** The outcomes meant; of a class those that the interface may charge for. */
function outcomesOf({ chargeable }: ChargeTable, names: readonly string[]): Outcome[] {
  const states = chargeable.flat().filter((outcome) => OUTCOMES[outcome] === CARD_STATES)
  return names.flatMap((name) => (isOutcome(name) ? [name] : states))
}
