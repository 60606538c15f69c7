import { describe, expect, test, vi } from 'vitest'
import { callOf } from '../../../test/support/ledger-store.ts'
import { grantAt, METER_PLACES } from '../../../test/support/meter-places.ts'
import { SqlCalls } from './calls.ts'

const DAY_MS = 86_400_000
const WITHIN_MS = 8_000

describe.each([...METER_PLACES])('%s', (_name, openPlace) => {
  test('after its time a call keeps what proves its charge, and nothing else', async () => {
    const place = await openPlace()
    const { engine, clock } = place
    await grantAt(place, 10)
    const meter = await place.open({ callRetentionMs: DAY_MS })
    const index = { client: '203.0.113.*', elementIndex: 'x'.repeat(32) }
    const burnt = async () => {
      const row = callOf(meter.serials.next(), clock.nowMs(), index)
      expect(await meter.burn(row)).toBeUndefined()
      return row
    }
    const old = await burnt()
    clock.wait(DAY_MS + 1_000)
    await grantAt(place, 10)
    const young = await burnt()
    const calls = new SqlCalls(engine)
    await vi.waitFor(async () => {
      expect(await calls.find(old.serial)).toMatchObject({ answer: '', client: '' })
    }, WITHIN_MS)
    expect(await calls.find(old.serial)).toMatchObject({ result: 'match', grantId: 1 })
    expect(await calls.find(young.serial)).toMatchObject({
      answer: young.answer,
      client: '203.0.113.*',
    })
    const element = { position: 0, tokens: ['x'.repeat(8)] }
    const found = (await calls.page({ element }, 9)).calls.map(({ serial }) => serial)
    expect(found).toEqual([young.serial])
    expect((await place.verify()).filter(({ ok }) => !ok)).toEqual([])
  }, 20_000)
})
