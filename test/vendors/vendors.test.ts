/** Every vendor we can call answers over the wire as its simulator finds. */
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { OUTCOMES, type Outcome } from '../../src/domain/outcome.ts'
import { Secret } from '../../src/domain/secret.ts'
import { askOf, jsonReply } from '../../src/protocols/test-vendor.ts'
import * as VENDORS from '../../src/protocols/vendors.ts'
import { openGateway } from './composition.ts'
import { openProxy } from './fault-proxy.ts'
import { simulate, type VendorName } from './simulators.ts'

const NAMES = Object.keys(VENDORS) as VendorName[]
/** What each outcome is called on the customer's wire. */
const RESULTS: readonly (readonly [Outcome, string])[] = [
  ['match', '0'],
  ['mismatch', '-1'],
]

test.each(NAMES)('%s: a verdict comes through, and is paid and charged once', async (name) => {
  const vendor = await simulate(name)
  onTestFinished(() => vendor.close())
  const gateway = openGateway([{ vendor }])
  onTestFinished(() => gateway.close())
  for (const [i, [outcome, result]] of RESULTS.entries()) {
    vendor.script = () => outcome
    expect(await gateway.verify(`629999100000${i}001`)).toEqual({ result, source: 'upstream' })
  }
  expect(vendor.bill).toMatchObject({ asked: 2, paid: 2 })
  expect(gateway.attempts.count('settled')).toBe(2)
  expect(gateway.metered.settled).toHaveLength(2)
})

test.each(NAMES)(
  '%s: a wrong credential is refused free, and ends as busy, not as a mismatch',
  async (name) => {
    const vendor = await simulate(name, { script: () => ({ fault: 'key_unknown' }) })
    onTestFinished(() => vendor.close())
    const gateway = openGateway([{ vendor }])
    onTestFinished(() => gateway.close())
    expect((await gateway.verify('6299991000000001')).result).toBe('-18')
    expect(vendor.bill.paid).toBe(0)
    expect(gateway.attempts.count('free')).toBe(1)
    expect(gateway.upstreams.routes[0]?.isReady()).toBe(false)
  },
)

/** A reply whose every field that we read is the card that was asked about. */
function echoOf(card: string): Buffer {
  const said = { code: card, status: card, error_code: card, seqNo: card, traceId: card }
  const body = JSON.stringify({
    ...said,
    data: { state: card, order_no: card, result: card },
    result: { res: card, jobid: card },
    Response: { Result: card, RequestId: card },
  })
  const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`
  return Buffer.from(`${head}\r\n\r\n${body}`)
}

test.each(NAMES)('%s: what it says over of a question is kept nowhere', async (name) => {
  const vendor = await simulate(name)
  const line = await openProxy(vendor.port)
  const gateway = openGateway([{ vendor, endpoint: `http://127.0.0.1:${line.port}` }])
  onTestFinished(async () => {
    await gateway.close()
    line.close()
    vendor.close()
  })
  const card = '6299991000000001'
  line.fault = { reply: () => echoOf(card) }
  expect((await gateway.verify(card)).result).toBe('-18')
  expect(gateway.attempts.rows.size).toBe(1)
  expect(JSON.stringify([...gateway.attempts.rows, gateway.reports])).not.toContain(card)
})

test.each(NAMES)(
  '%s: no element of a call is in a cost row, a report or a counter',
  async (name) => {
    const vendor = await simulate(name)
    onTestFinished(() => vendor.close())
    const gateway = openGateway([{ vendor }])
    onTestFinished(() => gateway.close())
    await gateway.verify('6299991000000001', '13912345678')
    const kept = JSON.stringify([
      [...gateway.attempts.rows.values()],
      [...gateway.guardRows.rows],
      gateway.reports,
      gateway.metered,
    ])
    for (const element of ['6299991000000001', '13912345678', '王芳', '110101199003070001']) {
      expect(kept).not.toContain(element)
    }
  },
)

test.each(Object.values(VENDORS))(
  '$name: each of its codes says one thing about outcome, next and cost',
  ({ codes }) => {
    const rows = Object.values(codes).flatMap((table) => [...table.values()])
    expect(rows.length).toBeGreaterThan(3)
    for (const { outcome, next, charge, fault } of rows) {
      const kind = OUTCOMES[outcome]
      if (next !== 'final') expect([outcome, charge]).toEqual(['source_busy', 'free'])
      if (outcome === 'source_busy') expect(next).not.toBe('final')
      if (outcome === 'source_unknown') expect([charge, next]).toEqual(['unknown', 'final'])
      expect(fault === undefined).toBe(kind !== 'unavailable')
      if (kind === 'match') expect(charge).toBe('paid')
      if (charge === 'paid') expect(['match', 'mismatch', 'card_state']).toContain(kind)
    }
    const matches = Object.entries(codes).flatMap(([field, table]) => {
      return [...table].filter(([, row]) => row.outcome === 'match').map(() => field)
    })
    expect(new Set(matches).size).toBe(matches.length)
  },
)

const CODE_NAMES = ['code', 'status', 'error_code', 'Response', 'result', 'data', 'state', 'res']
const json = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  object: fc.dictionary(fc.constantFrom(...CODE_NAMES, 'Result', 'Error', 'Code'), tie('value')),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>('0', 0, '200', 200, 10000, '10000', '01', null, '', [], 1e300, true),
    tie('object'),
  ),
})).object

test.each(NAMES)('%s: no reply, however odd, makes its reader fail, or an unknown free', (name) => {
  const vendor = Object.entries(VENDORS).find(([known]) => known === name)?.[1]
  if (vendor === undefined) throw new Error(name)
  const ask = askOf({ kind: vendor.credentials[0]!, id: '', secret: new Secret('x') })
  fc.assert(
    fc.property(json, fc.constantFrom(200, 200, 403, 500), (body, status) => {
      const { outcome, charge, next, reference } = vendor.read(jsonReply(body, status), ask)
      if (outcome === 'source_unknown') expect([charge, next]).toEqual(['unknown', 'final'])
      if (outcome === 'source_busy') expect(charge).toBe('free')
      if (status !== 200 && name !== 'tencent') expect(outcome).toMatch(/^source_/)
      expect(reference).toMatch(/^[\w.:-]*$/)
    }),
    { numRuns: 500 },
  )
})
