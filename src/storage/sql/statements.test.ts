import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { insertLedger } from '../../../test/support/insert-ledger.ts'
import { randomLedgers } from '../../../test/support/random-ledger.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import type { Holding } from '../../billing/grant.ts'
import { statementLines } from '../../billing/statement.ts'
import { beijingDay } from '../../domain/beijing.ts'
import { readDayTotals } from './statements.ts'

const RUNS = 25

/** What the grants of each product and mode hold. */
function heldBy(holdings: readonly Holding[]): Map<string, number> {
  const held = new Map<string, number>()
  for (const { grant, balance } of holdings) {
    const pool = `${grant.product} ${grant.mode}`
    held.set(pool, (held.get(pool) ?? 0) + balance.available + balance.reserved)
  }
  return held
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('what the database sums closes with what the grants hold, whatever happened', async () => {
    const engine = await open()
    await fc.assert(
      fc
        .asyncProperty(randomLedgers, async (life) => {
          await insertLedger(engine, life)
          const toDay = beijingDay(life.entries.at(-1)?.atMs ?? 0)
          const totals = await readDayTotals(engine.queries, { accountId: 'acc_1', toDay })
          expect(await readDayTotals(engine.queries, { toDay })).toEqual(totals)
          const lines = statementLines(totals, { fromDay: 0, toDay, by: 'day' })
          const closings = lines.map(
            (line) => [`${line.product} ${line.mode}`, line.closing] as const,
          )
          expect(new Map(closings)).toEqual(heldBy(life.holdings))
        })
        .afterEach(async () => {
          for (const table of ['entry', 'balance', 'grant'] as const) {
            await engine.queries.deleteFrom(table).execute()
          }
        }),
      { numRuns: RUNS },
    )
  })

  test('an account is told nothing of the units of another', async () => {
    const engine = await open()
    const [life] = fc.sample(randomLedgers, { numRuns: 1, seed: 7 })
    await insertLedger(engine, life!)
    expect(await readDayTotals(engine.queries, { accountId: 'acc_2', toDay: 99_999 })).toEqual([])
  })
})
