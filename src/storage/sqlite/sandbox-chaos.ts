/** Where the chaos of the sandbox rests between the command that sets it and the service that reads it. */
import { type Chaos, chaosOf, chaosText } from '../../sandbox/chaos.ts'
import type { Database } from './database.ts'

const CHAOS = 'sandbox_chaos'

/** The chaos that is on, if any. */
export function readChaos(database: Database): Chaos | undefined {
  const row = database.prepare('SELECT value FROM meta WHERE name = ?').get(CHAOS)
  return row === undefined ? undefined : chaosOf(String(row.value))
}

/** Switches chaos on, or with `undefined` off; a running service follows within a second. */
export function writeChaos(database: Database, chaos: Chaos | undefined): void {
  if (chaos === undefined) database.prepare('DELETE FROM meta WHERE name = ?').run(CHAOS)
  else database.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)').run(CHAOS, chaosText(chaos))
}
