/** What we ask of 四川涪擎 and what each of its statuses means, against canned replies of its form. */
import { expect, test } from 'vitest'
import { Secret } from '../../domain/secret.ts'
import { askOf, jsonReply, wireText } from '../test-vendor.ts'
import { fuqing } from './client.ts'
import { STATUSES } from './client-catalogue.ts'

const ASK = askOf({ kind: 'appcode', id: '', secret: new Secret('fuqingappcodeexample') })

test('a request is the same bytes as it was', async () => {
  await expect(wireText(fuqing.request(ASK))).toMatchFileSnapshot(
    '../../../test/vendors/golden/fuqing-card4.txt',
  )
})

test('every status means its row, and only those of a verdict are known to be paid', () => {
  for (const [status, row] of STATUSES) {
    const reading = fuqing.read(jsonReply({ status, msg: '', traceId: 't1' }), ASK)
    expect(reading).toMatchObject({ ...row, code: status, reference: 't1' })
    expect(reading.charge === 'paid').toBe(['match', 'mismatch'].includes(reading.outcome))
    expect(reading.next).toBe('final')
  }
})

test.each([
  ['03', 'cnp_not_enabled'],
  ['09', 'card_lost'],
  ['13', 'issuer_unsupported'],
  ['203', 'attempts_exceeded'],
  ['9999', 'source_unknown'],
  ['15', 'source_unknown'],
  ['1', 'source_unknown'],
])('status %s is %s', (status, outcome) => {
  expect(fuqing.read(jsonReply({ status }), ASK).outcome).toBe(outcome)
})

test('a reply without a status, and one that is no 200, is no verdict', () => {
  expect(fuqing.read(jsonReply({ msg: '01' }), ASK).outcome).toBe('source_unknown')
  expect(fuqing.read(jsonReply({ status: '01' }, 502), ASK).outcome).toBe('source_unknown')
  const busy = { ...jsonReply('', 503), headers: ['X-Ca-Error-Code', 'X503BZ'] }
  expect(fuqing.read(busy, ASK)).toMatchObject({ outcome: 'source_busy', next: 'fail_over' })
})
