/** What the log tells of conduct, on both engines. */
import { describe, expect, test } from 'vitest'
import { type LaneRow, storeCall, storeLane } from '../../../test/support/call-rows.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { watchConduct } from '../../server/jobs/conduct-watch.ts'
import { SqlCallHours } from './call-hours.ts'
import { readConductDays, readSpread } from './conduct.ts'
import { readJobs } from './jobs.ts'
import { readNodes } from './nodes.ts'

const NOW_MS = Date.parse('2027-01-15T12:30:00+08:00')
const ABSENT = '0'.repeat(16)
const LANE: LaneRow = {
  id: 1,
  accountId: 'acc_1',
  keyId: 'key_1',
  api: 'tencent.A',
  mode: 'live',
  source: 'registry',
}

/** Tokens of name, ID number, card and mobile, each from a number. */
function indexOf(name: number, idNumber: number, card: number, mobile: number): Buffer {
  const tokens = [name, idNumber, card, mobile].map((n) =>
    n === 0 ? ABSENT : n.toString(16).padStart(16, '0'),
  )
  return Buffer.from(tokens.join(''), 'hex')
}

describe.each([...SQL_ENGINES])('%s', (_name, opening) => {
  async function arrange(mode: 'live' | 'test' = 'live') {
    const engine = await opening()
    await storeLane(engine, { ...LANE, mode })
    let serial = 0
    const call = async (result: string, index: Buffer) => {
      serial += 1
      await storeCall(engine, { serial, lane: LANE, atMs: NOW_MS + serial, result, latencyUs: 1 })
      await engine.queries
        .updateTable('call')
        .set({ element_index: index })
        .where('serial', '=', serial)
        .execute()
    }
    return { engine, call, last: () => serial }
  }

  test('the widest variation of each kind is told, with how many calls it took', async () => {
    const { engine, call } = await arrange()
    for (let mobile = 1; mobile <= 6; mobile++) await call('mismatch', indexOf(1, 1, 7, mobile))
    for (let mobile = 1; mobile <= 3; mobile++) await call('mismatch', indexOf(2, 2, 8, mobile))
    await call('match', indexOf(1, 1, 7, 1))
    const spreads = await readSpread(engine, { sinceMs: NOW_MS - 1, callsMax: 100 })
    expect(spreads.find(({ of, varied }) => of === 'cardNumber' && varied === 'mobile')).toEqual({
      ...{ accountId: 'acc_1', of: 'cardNumber', varied: 'mobile' },
      ...{ values: 6, calls: 7 },
    })
  })

  test('an absent element varies nothing, and test calls are nobody’s conduct', async () => {
    const { engine, call } = await arrange()
    for (let card = 1; card <= 4; card++) await call('match', indexOf(1, 0, card, 0))
    const spreads = await readSpread(engine, { sinceMs: NOW_MS - 1, callsMax: 100 })
    expect(spreads).toEqual([
      expect.objectContaining({ of: 'cardNumber', varied: 'name', values: 1 }),
    ])
    const other = await arrange('test')
    await other.call('mismatch', indexOf(1, 1, 1, 1))
    expect(await readSpread(other.engine, { sinceMs: 0, callsMax: 100 })).toEqual([])
  })

  test('whoever fails too often is told of once a turn, and the turn is kept', async () => {
    const { engine, call, last } = await arrange()
    for (let i = 1; i <= 200; i++) await call('mismatch', indexOf(i, i, i, i))
    const hours = new SqlCallHours(engine)
    const end = engine.name === 'postgres' ? NOW_MS + last() + 1 : last()
    while (await hours.roll(end));
    expect(await readConductDays(engine.queries, NOW_MS - 3_600_000)).toMatchObject([
      { accountId: 'acc_1', result: 'mismatch', calls: 200 },
    ])
    const told: (string | number)[][] = []
    const vendors = { accountFails: (...facts: [string, number, number]) => told.push(facts) }
    const clock = { nowMs: () => NOW_MS + 60_000, monotonicUs: () => 0 }
    await watchConduct({ engine, clock, vendors })
    await watchConduct({ engine, clock, vendors })
    expect(told).toEqual([['acc_1', 200, 200]])
    expect(await readJobs(engine.queries)).toEqual([{ name: 'conduct', ranAtMs: NOW_MS + 60_000 }])
  })

  test('a store without a second node names none', async () => {
    expect(await readNodes(await opening())).toEqual([])
  })
})
