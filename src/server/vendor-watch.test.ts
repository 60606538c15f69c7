/** What an operator is told of when vendors refuse. */
import { expect, test } from 'vitest'
import { createLog } from '../observe/log.ts'
import { VendorEvents } from '../observe/vendor-events.ts'
import {
  readingOf,
  refused,
  untold,
  VENDOR_FAULTS,
  type VendorFault,
} from '../protocols/vendor-client.ts'
import { watchOf } from './vendor-watch.ts'

const ALARM_OF: { readonly [F in VendorFault]?: string } = {
  credential_refused: 'vendor_barred',
  not_subscribed: 'vendor_barred',
  arrears: 'vendor_barred',
  ip_refused: 'vendor_barred',
  throttled: 'vendor_throttles',
  request_refused: 'vendor_request_refused',
  code_unlisted: 'vendor_code_unlisted',
}

function arrange() {
  const vendors = new VendorEvents(createLog('silent'), { nowMs: () => 0, monotonicUs: () => 0 })
  const paid: string[] = []
  return { vendors, paid, watch: watchOf(vendors, (route) => paid.push(route)) }
}

test.each(Object.keys(VENDOR_FAULTS) as VendorFault[])('%s', (fault) => {
  const { vendors, watch } = arrange()
  const row = fault in ALARM_OF ? refused(fault, 'chosen') : untold(fault, 'chosen')
  watch.attempted('first', { ...readingOf(new Map([['7', row]]), '7'), phase: 'replied' }, 1)
  const alarm = ALARM_OF[fault]
  expect([...vendors.counters().alarms.keys()]).toEqual(alarm === undefined ? [] : [alarm])
})

test('what is paid is told of once, in time or late', () => {
  const { paid, watch } = arrange()
  const said = {
    outcome: 'match',
    next: 'final',
    mark: 'chosen',
    code: '0',
    reference: '',
  } as const
  for (const charge of ['paid', 'free', 'unknown'] as const) {
    watch.attempted('first', { ...said, charge, phase: 'replied' }, 1)
    watch.late('second', { ...said, charge, phase: 'replied' })
  }
  expect(paid).toEqual(['first', 'second'])
})
