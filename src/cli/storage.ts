/** `kayan storage`: moves an installation from one database to another. */
import { type Command, Option } from 'commander'
import { moveToPostgres } from '../storage/move.ts'
import { translatingStorage } from '../storage/translating.ts'
import { chargeRulesOf } from './charge-rules.ts'
import { CliError, type Context } from './context.ts'
import { billableRule, printChecks } from './ledger.ts'
import { addExamples, jsonOption } from './options.ts'

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.storageCommand
  command.description(texts.description)
  addExamples(command, context, [
    'KAYAN_DATABASE_URL=postgres://kayan@db/kayan kayan storage migrate --from sqlite --to postgres',
  ])
  command
    .command('migrate')
    .description(texts.migrate)
    .addOption(new Option('--from <engine>', texts.from).choices(['sqlite']).makeOptionMandatory())
    .addOption(new Option('--to <engine>', texts.to).choices(['postgres']).makeOptionMandatory())
    .addOption(jsonOption(context))
    .action((options) => migrate(context, options))
}

async function migrate(context: Context, options: { json?: true }): Promise<void> {
  const texts = context.locale.storageCommand
  const { dataDir, databaseUrl, nodeName } = context.config().store
  if (databaseUrl === undefined) throw new CliError(texts.addressMissing)
  const tables: Record<string, number> = {}
  const checks = await translatingStorage(dataDir, () =>
    moveToPostgres({
      place: { dataDir, databaseUrl, nodeName },
      clock: { nowMs: context.nowMs, monotonicUs: () => performance.now() * 1_000 },
      verify: async ({ engine }) => ({
        billable: billableRule(await chargeRulesOf(engine)),
        nowMs: context.nowMs(),
      }),
      onTable({ table, rows }) {
        tables[table] = rows
        if (!options.json && rows > 0) context.out(texts.table(table, rows))
      },
    }),
  )
  const broken = checks.some(({ ok }) => !ok)
  if (broken) context.exitCode = 1
  if (options.json) return context.out(JSON.stringify({ ok: !broken, tables, checks }))
  printChecks(context, checks)
  context.out(broken ? texts.notMoved : texts.moved)
}
