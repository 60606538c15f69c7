/** `kayan ledger export`: the ledger as JSON lines, for a checker that is not ours. */
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Command } from 'commander'
import { CallNaming } from '../domain/call-names.ts'
import { ledgerLines } from '../storage/sql/ledger-export.ts'
import { mutate } from '../storage/sql/mutation.ts'
import type { Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'

/** It tells who asked how often: for its owner alone. */
const FILE_MODE = 0o600

/** Adds the sub-command. */
export function defineExport(command: Command, context: Context): void {
  const texts = context.locale.statements
  command
    .command('export')
    .description(texts.export)
    .requiredOption('--output <file>', texts.output)
    .action((options) => exportLedger(context, options.output))
}

/** One snapshot, line by line, also beside a running service; it leaves an audit line. */
function exportLedger(context: Context, output: string): Promise<void> {
  return withStorage(context, 'write', async ({ engine, keyring }) => {
    const mutation = { deed: deedOf(context), action: 'ledger.export', subject: 'ledger' }
    await mutate(engine, mutation, async () => ({}))
    const naming = new CallNaming(keyring)
    const nameOf = (serial: number) => ({
      requestId: naming.requestId(serial),
      sequenceCode: naming.sequenceCode(serial),
    })
    let count = 0
    await engine.snapshot(async (queries) => {
      async function* text(): AsyncGenerator<string> {
        for await (const line of ledgerLines(queries, engine.name, nameOf)) {
          count++
          yield `${JSON.stringify(line)}\n`
        }
      }
      await pipeline(Readable.from(text()), createWriteStream(output, { mode: FILE_MODE }))
    })
    context.err(context.locale.statements.written(String(count), output))
  })
}
