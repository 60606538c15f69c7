/** What the permission to pass messages on promises on every engine: audited, and seen by all nodes. */
import { describe, expect, test } from 'vitest'
import { deedAt, SALE_START_MS } from '../../../test/support/sale.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { readPassages, setPassage } from './vendor-passage.ts'
import { policiesRevision } from './vendor-routes.ts'

const DEED = deedAt(SALE_START_MS)

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('it is given once, taken once, and each time moves what nodes look at', async () => {
    const engine = await open()
    const revisions = [await policiesRevision(engine.queries)]
    for (const state of [true, true, false, false]) {
      await setPassage(engine, 'acc_1', state, DEED)
      expect([...(await readPassages(engine.queries))]).toEqual(state ? ['acc_1'] : [])
      revisions.push(await policiesRevision(engine.queries))
    }
    expect(new Set(revisions).size).toBe(revisions.length)
  })

  test('it is in the audit with who gave it, and is of one account alone', async () => {
    const engine = await open()
    await setPassage(engine, 'acc_1', true, DEED)
    await setPassage(engine, 'acc_2', true, DEED)
    await setPassage(engine, 'acc_1', false, DEED)
    expect([...(await readPassages(engine.queries))]).toEqual(['acc_2'])
    const lines = await engine.queries.selectFrom('audit').selectAll().orderBy('id').execute()
    expect(lines).toMatchObject([
      { action: 'vendor.passage', subject: 'acc_1', detail: 'on', actor: DEED.actor },
      { action: 'vendor.passage', subject: 'acc_2', detail: 'on' },
      { action: 'vendor.passage', subject: 'acc_1', detail: 'off' },
    ])
  })
})
