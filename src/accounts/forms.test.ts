import { expect, test } from 'vitest'
import { isFormRefusal, readForm } from '../config/form.ts'
import {
  ACCOUNT_FORM,
  ACCOUNT_STATE_FORM,
  KEY_FORM,
  KEY_LIMITS_FORM,
  ROTATION_FORM,
} from './forms.ts'

const ACCOUNT = { name: 'shop', ratePerSecond: 20 }
const KEY = { kind: 'tencent', mode: 'live' }

test.each([
  [ACCOUNT_FORM, ACCOUNT],
  [ACCOUNT_FORM, { ...ACCOUNT, name: '  小店  ' }],
  [ACCOUNT_STATE_FORM, { state: 'arrears' }],
  [KEY_FORM, KEY],
  [KEY_FORM, { ...KEY, temporaryMinutes: 525_600 }],
  [KEY_FORM, { kind: 'appcode', mode: 'test', appCode: 'sixteen-letters_' }],
  [KEY_FORM, { kind: 'direct', mode: 'live', encrypted: true }],
  [ROTATION_FORM, { overlapMinutes: 0 }],
  [KEY_LIMITS_FORM, {}],
  [KEY_LIMITS_FORM, { addresses: ['10.0.0.0/8', '2001:db8::1'], dailyCap: 1 }],
  [KEY_LIMITS_FORM, { addresses: null, dailyCap: null }],
])('%# is accepted', (form, value) => {
  const read = readForm<object>(form, value)
  expect(isFormRefusal(read)).toBe(false)
})

test.each([
  [ACCOUNT_FORM, { ratePerSecond: 20 }, 'name', 'missing'],
  [ACCOUNT_FORM, { ...ACCOUNT, name: 'acc_shop' }, 'name', 'malformed'],
  [ACCOUNT_FORM, { ...ACCOUNT, name: 'a\nb' }, 'name', 'malformed'],
  [ACCOUNT_FORM, { ...ACCOUNT, name: ' ' }, 'name', 'out_of_range'],
  [ACCOUNT_FORM, { ...ACCOUNT, ratePerSecond: 0 }, 'ratePerSecond', 'out_of_range'],
  [ACCOUNT_FORM, { ...ACCOUNT, state: 'active' }, 'state', 'unknown'],
  [ACCOUNT_STATE_FORM, { state: 'asleep' }, 'state', 'wrong_type'],
  [KEY_FORM, { ...KEY, kind: 'none' }, 'kind', 'wrong_type'],
  [KEY_FORM, { ...KEY, appCode: 'sixteen-letters_' }, 'appCode', 'unknown'],
  [KEY_FORM, { ...KEY, encrypted: true }, 'encrypted', 'unknown'],
  [KEY_FORM, { kind: 'appcode', mode: 'live', appCode: 'short' }, 'appCode', 'malformed'],
  [KEY_FORM, { kind: 'appkey', mode: 'live', temporaryMinutes: 5 }, 'temporaryMinutes', 'unknown'],
  [ROTATION_FORM, { overlapMinutes: -1 }, 'overlapMinutes', 'out_of_range'],
  [KEY_LIMITS_FORM, { addresses: ['10.0.0.0/33'] }, 'addresses.0', 'malformed'],
  [KEY_LIMITS_FORM, { addresses: ['::1', 'localhost'] }, 'addresses.1', 'malformed'],
  [KEY_LIMITS_FORM, { addresses: [] }, 'addresses', 'out_of_range'],
  [KEY_LIMITS_FORM, { dailyCap: 0.5 }, 'dailyCap', 'wrong_type'],
])('%# is refused with the name of the field', (form, value, field, problem) => {
  expect(readForm<object>(form, value)).toEqual({ field, problem })
})
