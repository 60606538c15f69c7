/** A store that takes its time takes it from the call: no vendor is asked for who waits no more. */
import { expect, onTestFinished, test, vi } from 'vitest'
import type { VendorCredential } from '../../src/protocols/vendor-client.ts'
import { openGateway } from './composition.ts'
import { simulate } from './simulators.ts'

const CARD = '6299991000000001'
const BUSY = '-18'
const TOTAL_MS = 1_000
/** The first time out, at its longest. */
const OPEN_MS_MAX = 36_000

/** Cards of their own, so that no call meets another's counters. */
function cardOf(n: number): string {
  return String(6_299_991_000_000_000n + BigInt(n))
}

/** Two vendors, asked so that each slot and row is taken by itself. */
async function arrange(credential?: VendorCredential) {
  const vendors = [await simulate('tencent'), await simulate('aliyun')]
  const routes = vendors.map((vendor) => ({ vendor }))
  if (credential !== undefined) routes[0] = { vendor: { ...vendors[0]!, credential } }
  const gateway = openGateway(routes, { totalTimeoutMs: TOTAL_MS, doublePayShareMax: 0.1 })
  onTestFinished(async () => {
    await gateway.close()
    for (const vendor of vendors) vendor.close()
  })
  return { gateway, vendors, asked: () => vendors.map(({ bill }) => bill.asked) }
}

test('a call whose time went by while its row was written is asked of nobody, and free', async () => {
  const { gateway, asked } = await arrange()
  const prepare = gateway.attempts.prepare.bind(gateway.attempts)
  gateway.attempts.prepare = (row) => {
    gateway.advance(TOTAL_MS)
    return prepare(row)
  }
  expect((await gateway.verify(CARD)).result).toBe(BUSY)
  expect(asked()).toEqual([0, 0])
  await vi.waitFor(() => expect(gateway.attempts.count('free')).toBe(1))
  expect(gateway.attempts.rows.size).toBe(1)
})

test('the same while its slot was taken, which is given back', async () => {
  const { gateway, asked } = await arrange()
  const take = gateway.guardRows.take.bind(gateway.guardRows)
  gateway.guardRows.take = (ask) => {
    gateway.advance(TOTAL_MS)
    return take(ask)
  }
  expect((await gateway.verify(CARD)).result).toBe(BUSY)
  expect(asked()).toEqual([0, 0])
  expect(gateway.attempts.rows.size).toBe(0)
  await vi.waitFor(() => {
    const marks = [...gateway.guardRows.rows.values()].flatMap((row) => row.marks)
    expect(marks).toEqual([])
  })
})

test('a question of which no request can be made leaves a row that is free', async () => {
  const { gateway, asked } = await arrange({
    kind: 'tencent',
    id: 'AKIDvendorEXAMPLE',
    get secret(): never {
      throw new Error('it cannot be read')
    },
  })
  expect((await gateway.verify(CARD)).result).toBe(BUSY)
  expect(asked()).toEqual([0, 0])
  await vi.waitFor(() => expect(gateway.attempts.count('free')).toBe(1))
})

test('a vendor on trial is asked once at a time, however many calls wait for their rows', async () => {
  const { gateway, vendors } = await arrange()
  vendors[0]!.script = () => 'source_busy'
  for (let n = 0; n < 5; n++) await gateway.verify(cardOf(n))
  expect(gateway.upstreams.routes[0]!.state).toBe('open')
  vendors[0]!.script = () => 'match'
  gateway.advance(OPEN_MS_MAX)
  const { asked } = vendors[0]!.bill
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => gateway.verify(cardOf(100 + n))),
  )
  expect(answers.map(({ result }) => result)).toEqual(answers.map(() => '0'))
  expect(vendors[0]!.bill.asked).toBe(asked + 1)
  expect(vendors[0]!.bill.paid + vendors[1]!.bill.paid).toBe(gateway.metered.settled.length)
})
