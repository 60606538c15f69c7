/** What we ask of 数脉 and what each of its replies means, against canned replies of its form. */
import { expect, test } from 'vitest'
import { Secret } from '../../domain/secret.ts'
import { askOf, jsonReply, wireText } from '../test-vendor.ts'
import { shumai } from './client.ts'

const ASK = askOf({ kind: 'appcode', id: '', secret: new Secret('shumaiappcodeexample') })

function reply(result: unknown, code: unknown = 200) {
  const data = { order_no: '567655125267648512', result, msg: '', desc: '' }
  return jsonReply({ msg: '成功', success: true, code, data })
}

test('a request is the same bytes as it was', async () => {
  await expect(wireText(shumai.request(ASK))).toMatchFileSnapshot(
    '../../../test/vendors/golden/shumai-card4.txt',
  )
})

test.each([
  [0, 'match', 'paid'],
  ['0', 'match', 'paid'],
  [1, 'mismatch', 'paid'],
  [2, 'card_abnormal', 'free'],
  [3, 'card_invalid', 'free'],
  [4, 'source_unknown', 'unknown'],
  [null, 'source_unknown', 'unknown'],
  [0.5, 'source_unknown', 'unknown'],
])('result %s is %s, %s', (result, outcome, charge) => {
  expect(shumai.read(reply(result), ASK)).toMatchObject({ outcome, charge, next: 'final' })
})

test('a refusal by the gateway or for a parameter is free and lets another be asked', () => {
  const gateway = { ...jsonReply('', 403), headers: ['X-Ca-Error-Code', 'B403MQ'] }
  expect(shumai.read(gateway, ASK)).toMatchObject({ fault: 'arrears', next: 'fail_over' })
  expect(shumai.read(reply(0, 400), ASK)).toMatchObject({
    fault: 'request_refused',
    charge: 'free',
  })
})

test('another code is unknown even beside a result, and no text of a reply is kept', () => {
  const reading = shumai.read(reply(0, '王芳'), ASK)
  expect(reading).toMatchObject({ outcome: 'source_unknown', charge: 'unknown', code: '' })
})
