import { expect, test } from 'vitest'
import { readForm } from '../config/form.ts'
import {
  ALERT_FORM,
  CANCEL_FORM,
  NOTICE_FORM,
  PAY_FORM,
  PLAN_FORM,
  PROVIDER_FORM,
  TRIAL_FORM,
  WEBHOOK_FORM,
} from './forms.ts'

const PLAN = {
  name: 'card4-1200',
  kind: 'package',
  product: 'card4',
  units: 1_200,
  priceFen: 50_000,
  validity: { years: 2 },
}
const ORDER_ID = 'ord_0123456789abcdef'

test.each([
  ['a missing field', { ...PLAN, units: undefined }, 'units', 'missing'],
  ['a text for a number', { ...PLAN, units: '1200' }, 'units', 'wrong_type'],
  ['a part of a unit', { ...PLAN, units: 0.5 }, 'units', 'wrong_type'],
  ['no unit', { ...PLAN, units: 0 }, 'units', 'out_of_range'],
  ['a price below zero', { ...PLAN, priceFen: -1 }, 'priceFen', 'out_of_range'],
  ['a product nobody sells', { ...PLAN, product: 'card5' }, 'product', 'wrong_type'],
  ['a name with spaces', { ...PLAN, name: 'a b' }, 'name', 'malformed'],
  ['both years and days', { ...PLAN, validity: { years: 1, days: 1 } }, 'validity', 'wrong_type'],
  ['a field there is not', { ...PLAN, colour: 'red' }, 'colour', 'unknown'],
  ['a rate of nothing', { ...PLAN, ratePerSecond: 0 }, 'ratePerSecond', 'out_of_range'],
])('%s is refused by its name', (_what, value, field, problem) => {
  expect(readForm(PLAN_FORM, value)).toEqual({ field, problem })
})

test('a whole form is read as it is', () => {
  expect(readForm(PLAN_FORM, PLAN)).toEqual(PLAN)
})

test('reasons are one line, and payments have a number', () => {
  expect(readForm(CANCEL_FORM, { orderId: ORDER_ID, reason: ' ' })).toHaveProperty(
    'field',
    'reason',
  )
  expect(readForm(CANCEL_FORM, { orderId: ORDER_ID, reason: 'a\nb' })).toEqual({
    field: 'reason',
    problem: 'malformed',
  })
  expect(readForm(PAY_FORM, { orderId: 'ord_1', paymentId: 'p' })).toHaveProperty(
    'field',
    'orderId',
  )
  expect(readForm(PAY_FORM, { orderId: ORDER_ID })).toEqual({
    field: 'paymentId',
    problem: 'missing',
  })
})

test('a trial asks who it is for, takes one spelling of it, and never prints it', () => {
  expect(readForm(TRIAL_FORM, { plan: 'card4-trial' })).toEqual({
    field: 'taxNumber',
    problem: 'missing',
  })
  const read = readForm(TRIAL_FORM, {
    plan: 'card4-trial',
    taxNumber: ' 91350100m000100y43 ',
    phone: '+86 138-0013-8000',
  })
  expect(JSON.stringify(read)).toBe('{"plan":"card4-trial","taxNumber":"***","phone":"***"}')
  if (!('plan' in read)) throw new Error(read.field)
  expect(read.taxNumber?.reveal()).toBe('91350100M000100Y43')
  expect(read.phone?.reveal()).toBe('13800138000')
  expect(readForm(TRIAL_FORM, { plan: 'card4-trial', phone: 'abc' })).toEqual({
    field: 'phone',
    problem: 'malformed',
  })
})

test('a threshold outside its range is named by its place', () => {
  const form = { lowPercents: [20, 101], lowUnits: [], expiryDays: [30] }
  expect(readForm(ALERT_FORM, form)).toEqual({ field: 'lowPercents.1', problem: 'out_of_range' })
})

test('a webhook is an address of the web', () => {
  expect(readForm(WEBHOOK_FORM, { url: 'https://example.com/hook' })).toHaveProperty('url')
  const unusable = ['ftp://example.com', 'file:///etc/passwd', 'example.com', '']
  for (const url of [...unusable, 'https://me:secret@example.com/', 'https://me@example.com']) {
    expect(readForm(WEBHOOK_FORM, { url })).toEqual({ field: 'url', problem: 'malformed' })
  }
})

test('a provider is not called as another way of paying is', () => {
  expect(readForm(PROVIDER_FORM, { name: 'alipay' })).toEqual({ name: 'alipay' })
  for (const name of ['operator', 'sandbox', 'free', 'Ali', '']) {
    expect(readForm(PROVIDER_FORM, { name })).toEqual({ field: 'name', problem: 'malformed' })
  }
})

test('a notice may say more than we ask', () => {
  const notice = { orderId: ORDER_ID, paymentId: '2026112201', amountFen: 50_000 }
  expect(readForm(NOTICE_FORM, { ...notice, payer: 'somebody' })).toEqual(notice)
})
