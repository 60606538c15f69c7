/** What we ask of 聚合 and what each of its replies means, against canned replies of its form. */
import { expect, test } from 'vitest'
import { Secret } from '../../domain/secret.ts'
import { askOf, CLEAR, jsonReply, wireText } from '../test-vendor.ts'
import { juhe } from './client.ts'
import { ERRORS } from './client-catalogue.ts'

const ASK = askOf({ kind: 'direct', id: '', secret: new Secret('juhekeyexample') })

function reply(res: unknown, echo: Record<string, string> = {}) {
  const result = { jobid: 'JH2131191113105116991630Np', res, message: '', ...echo }
  return jsonReply({ reason: '成功', result, error_code: 0 })
}

test('a request is the same bytes as it was', async () => {
  await expect(wireText(juhe.request(ASK))).toMatchFileSnapshot(
    '../../../test/vendors/golden/juhe-card4.txt',
  )
})

test.each([
  ['1', 'match', 'paid'],
  [1, 'match', 'paid'],
  ['2', 'mismatch', 'paid'],
  ['3', 'source_unknown', 'unknown'],
  ['4', 'source_unknown', 'unknown'],
  ['', 'source_unknown', 'unknown'],
])('result %s is %s, %s', (res, outcome, charge) => {
  expect(juhe.read(reply(res), ASK)).toMatchObject({ outcome, charge, next: 'final' })
})

test('a reply that echoes other elements is another call’s: unknown, though it says match', () => {
  const mine = { bankcard: CLEAR.cardNumber, idcard: '110***********1022', realname: '***' }
  expect(juhe.read(reply('1', mine), ASK).outcome).toBe('match')
  for (const echo of [{ bankcard: '6299991000000023' }, { idcard: '310***********1131' }]) {
    expect(juhe.read(reply('1', echo), ASK)).toMatchObject({
      outcome: 'source_unknown',
      fault: 'reply_foreign',
    })
  }
})

test('every error of the platform is no verdict; an unlisted one may have been charged', () => {
  for (const [code, row] of ERRORS) {
    expect(juhe.read(jsonReply({ reason: '', error_code: code }), ASK)).toMatchObject(row)
  }
  const unlisted = jsonReply({ reason: '', error_code: 221301 })
  expect(juhe.read(unlisted, ASK)).toMatchObject({ fault: 'code_unlisted', charge: 'unknown' })
})
