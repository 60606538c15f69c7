import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { isFormRefusal, readForm } from '../config/form.ts'
import { fileFormat, invoiceableFen, redDueFen, standingFen } from './invoice.ts'
import { INVOICE_FORM, ISSUE_FORM, TITLE_FORM } from './invoice-forms.ts'

const PAID = {
  kind: 'package',
  mode: 'live',
  state: 'paid',
  amountFen: 50_000,
  refundedFen: 0,
} as const

const TITLE = { title: '示例科技有限公司', taxNumber: '9144030071526726XG' }
const REGISTERED = {
  address: '深圳市南山区',
  phone: '0755-12345678',
  bankName: '示例银行',
  bankAccount: '6222 0000 1111 2222',
}

/** The field that is refused first; empty when all are taken. */
function refused(value: unknown): string {
  const read = readForm(INVOICE_FORM, value)
  return isFormRefusal(read) ? read.field : ''
}

test('an order counts for what was paid and not given back', () => {
  expect(invoiceableFen(PAID)).toBe(50_000)
  expect(invoiceableFen({ ...PAID, state: 'partly_refunded', refundedFen: 20_000 })).toBe(30_000)
  expect(invoiceableFen({ ...PAID, state: 'refunded', refundedFen: 50_000 })).toBe(
    'order_worthless',
  )
  expect(invoiceableFen({ ...PAID, state: 'placed' })).toBe('order_unpaid')
  expect(invoiceableFen({ ...PAID, state: 'cancelled' })).toBe('order_unpaid')
  expect(invoiceableFen({ ...PAID, kind: 'trial', amountFen: 0 })).toBe('order_worthless')
  expect(invoiceableFen({ ...PAID, mode: 'test' })).toBe('order_worthless')
  expect(invoiceableFen({ ...PAID, kind: 'bill' })).toBe(50_000)
})

test('a red letter is due for what was refunded and not taken back yet', () => {
  const issued = { state: 'issued', amountFen: 90_000, presentFen: 60_000 } as const
  const letter = { number: '2', amountFen: 10_000, atMs: 1, reason: 'refund' }
  expect(redDueFen({ ...issued, redLetters: [] })).toBe(30_000)
  expect(redDueFen({ ...issued, redLetters: [letter] })).toBe(20_000)
  expect(standingFen({ ...issued, redLetters: [letter] })).toBe(80_000)
  expect(redDueFen({ ...issued, state: 'processing', redLetters: [] })).toBe(0)
})

test('a file is known by what it holds', () => {
  expect(fileFormat(Buffer.from('%PDF-1.7 …'))).toBe('pdf')
  expect(fileFormat(Buffer.from('PK\x03\x04…', 'latin1'))).toBe('ofd')
  expect(fileFormat(Buffer.from('\ufeff<?xml version="1.0"?>'))).toBe('xml')
  expect(fileFormat(Buffer.from('<html>'))).toBeUndefined()
  expect(fileFormat(new Uint8Array())).toBeUndefined()
})

test('an ordinary electronic invoice needs a title, a tax number and orders', () => {
  const request = { kind: 'ordinary', title: TITLE, orderIds: ['ord_1'] }
  expect(INVOICE_FORM.parse(request)).toEqual({
    ...request,
    material: 'electronic',
    delivery: { emails: [] },
    remark: '',
  })
})

test.each([
  ['title.taxNumber', { title: { ...TITLE, taxNumber: '9144030071526726XA' } }],
  ['title.title', { title: { ...TITLE, title: '两\n行' } }],
  ['title.address', { kind: 'special' }],
  [
    'title.taxNumber',
    { kind: 'special', title: { ...TITLE, ...REGISTERED, taxNumber: '440300715267260' } },
  ],
  ['delivery.addressee', { material: 'paper' }],
  ['delivery.emails.0', { delivery: { emails: ['nobody'] } }],
  ['orderIds', { orderIds: [] }],
  ['orderIds', { orderIds: ['ord_1', 'ord_1'] }],
  ['orderIds.0', { orderIds: ["ord_'; drop table"] }],
  ['remark', { remark: 'x'.repeat(201) }],
  ['state', { state: 'issued' }],
])('a request is refused by the name of its field: %s', (field, change) => {
  const request = { kind: 'ordinary', title: TITLE, orderIds: ['ord_1'], ...change }
  expect(refused(request)).toBe(field)
})

test('a special invoice with everything the tax office asks for is taken', () => {
  const request = { kind: 'special', title: { ...TITLE, ...REGISTERED }, orderIds: ['ord_1'] }
  expect(refused(request)).toBe('')
})

test('a tax number is kept as the tax office writes it, an invoice number has twenty digits', () => {
  expect(TITLE_FORM.parse({ ...TITLE, taxNumber: ' 91440300 71526726xg' })).toEqual(TITLE)
  expect(ISSUE_FORM.safeParse({ number: '1'.repeat(20), amountFen: 1 }).success).toBe(true)
  expect(ISSUE_FORM.safeParse({ number: '1'.repeat(19), amountFen: 1 }).success).toBe(false)
})
