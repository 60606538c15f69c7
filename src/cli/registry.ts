/** `kayan registry`: import cardholders from CSV, show figures, erase a person. */
import { accessSync, constants } from 'node:fs'
import { Argument, type Command } from 'commander'
import { Secret } from '../domain/secret.ts'
import { eraseSubject } from '../storage/records/erase.ts'
import { RegistryError } from '../storage/records/registry-error.ts'
import { registryStats } from '../storage/records/stats.ts'
import { importRegistry } from '../storage/registry-import/import.ts'
import { appendAudit } from '../storage/sql/audit.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import { addExamples, jsonOption, readLineOrAsk } from './options.ts'
import { ProgressLine } from './progress.ts'

/** What a shell reports of a program that SIGINT ended. */
const INTERRUPTED_EXIT_CODE = 130
const SUBJECT = 'registry'

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.registry
  command.description(texts.description)
  addExamples(command, context, [
    'kayan registry import people.csv',
    'kayan registry stats --json',
    'kayan registry erase',
  ])
  command
    .command('import')
    .description(texts.import)
    .addArgument(new Argument('<file>', texts.file))
    .addOption(jsonOption(context))
    .addHelpText('after', `\n${texts.columns}`)
    .action((file, options) => importFile(context, file, options))
  command
    .command('stats')
    .description(texts.stats)
    .addOption(jsonOption(context))
    .action((options) => stats(context, options))
  command
    .command('erase')
    .description(texts.erase)
    .action(() => erase(context))
}

async function importFile(
  context: Context,
  csvPath: string,
  options: { json?: true },
): Promise<void> {
  const { locale } = context
  // Before anything is created for a file that is not there.
  accessSync(csvPath, constants.R_OK)
  const stop = new AbortController()
  const onSignal = () => stop.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const progress = new ProgressLine(context)
  return withStorage(context, 'write', async ({ engine, keyring }) => {
    try {
      const report = await importRegistry({
        csvPath,
        directory: context.config().store.registryDir,
        keyring,
        clock: { nowMs: context.nowMs, monotonicUs: () => performance.now() * 1_000 },
        signal: stop.signal,
        onProgress: (now) => progress.show(now),
      })
      progress.clear()
      const rows = `${report.rows} rows, ${report.rejected} rejected`
      await appendAudit(engine.queries, {
        ...deedOf(context),
        action: 'registry.import',
        subject: SUBJECT,
        detail: rows,
      })
      if (options.json) return context.out(JSON.stringify(report))
      const { added, changed, unchanged, rejected, seconds } = report
      context.out(locale.registry.imported({ added, changed, unchanged, rejected, seconds }))
      if (report.rejectedPath) context.out(locale.registry.rejectedFile(report.rejectedPath))
    } catch (error) {
      progress.clear()
      if (!(error instanceof RegistryError && error.code === 'interrupted')) throw error
      const again = locale.registry.interrupted(`kayan registry import ${csvPath}`)
      throw new CliError(again, INTERRUPTED_EXIT_CODE)
    } finally {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    }
  })
}

function stats(context: Context, options: { json?: true }): void {
  const texts = context.locale.registry.figures
  const figures = registryStats(context.config().store.registryDir)
  if (options.json) {
    context.out(JSON.stringify(figures))
    return
  }
  context.out(texts.cards(figures.cards))
  for (const [status, count] of Object.entries(figures.cardsByStatus)) {
    if (count > 0) context.out(`  ${status}  ${count}`)
  }
  context.out(texts.disk(figures.bytes, figures.bytesPerCard, figures.segments))
}

/** The number is asked for, never an option: it would stay in the shell's history. */
async function erase(context: Context): Promise<void> {
  const texts = context.locale.registry
  const idNumber = new Secret(await readLineOrAsk(context, texts.idPrompt))
  return withStorage(context, 'write', async ({ engine, keyring }) => {
    const erased = eraseSubject(context.config().store.registryDir, keyring, idNumber)
    await appendAudit(engine.queries, {
      ...deedOf(context),
      action: 'registry.erase',
      subject: SUBJECT,
      detail: `${erased} cards`,
    })
    context.out(texts.erased(erased))
  })
}
