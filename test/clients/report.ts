/** Prints the table of results, and keeps it in a file that the same code always writes alike. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mode } from './clients.ts'

const RESULTS = join(import.meta.dirname, 'results.json')

/** One client in one mode with one verb. */
export interface Row {
  readonly client: string
  readonly version?: string
  readonly mode: Mode
  /** One line each; none when all answers were as expected. */
  readonly failures: readonly string[]
}

/** A line of the table, and below it what went wrong. */
export function printRow({ client, version, mode, failures }: Row): string {
  const outcome = failures.length === 0 ? 'ok  ' : 'FAIL'
  const passed = mode.cases.length - failures.length
  const name = version === undefined ? client : `${client} ${version}`
  const line = [
    outcome,
    name.padEnd(35),
    mode.mode.padEnd(45),
    mode.verb.padEnd(4),
    `${passed}/${mode.cases.length}`,
  ].join('  ')
  return [line, ...failures.map((failure) => `      ${failure}`)].join('\n')
}

/** Writes what came out, without times or anything of the machine. */
export async function keepResults(rows: readonly Row[]): Promise<void> {
  const table = rows.map(({ client, version, mode, failures }) => ({
    client,
    ...(version !== undefined && { version }),
    mode: mode.mode,
    verb: mode.verb,
    cases: mode.cases.length,
    outcome: failures.length === 0 ? 'ok' : 'FAIL',
  }))
  await writeFile(RESULTS, `${JSON.stringify({ rows: table }, null, 2)}\n`)
}
