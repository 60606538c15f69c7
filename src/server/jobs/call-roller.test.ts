import { expect, test } from 'vitest'
import { TestClock } from '../../../test/support/ledger-store.ts'
import type { SqlCallHours } from '../../storage/sql/call-hours.ts'
import { CallRoller, ROLL_TURN_MS } from './call-roller.ts'

test('a position is counted up to once no call before it can still be under way', async () => {
  const clock = new TestClock()
  const rolled: number[] = []
  let newest = 0
  const hours = {
    frontier: async () => newest,
    roll: async (until: number) => rolled.push(until) % 2 === 1,
  } as Pick<SqlCallHours, 'frontier' | 'roll'> as SqlCallHours
  const roller = new CallRoller(hours, clock)
  for (newest = 1; newest <= 12; newest++) {
    await roller.turn()
    clock.wait(ROLL_TURN_MS)
  }
  expect(rolled).toEqual([])
  await roller.turn()
  expect(rolled).toEqual([1, 1])
  clock.wait(ROLL_TURN_MS)
  await roller.turn()
  expect(rolled.slice(2)).toEqual([2, 2])
})
