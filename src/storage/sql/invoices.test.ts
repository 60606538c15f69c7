import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { KeySealer } from '../../accounts/seal.ts'
import type { Invoice, InvoiceRefusal, InvoiceRequest } from '../../billing/invoice.ts'
import { redDueFen } from '../../billing/invoice.ts'
import { Keyring } from '../../domain/keyring.ts'
import type { SqlEngine } from './engine.ts'
import { SqlInvoiceTitles } from './invoice-titles.ts'
import { SqlInvoices } from './invoices.ts'

const SEALER = new KeySealer(new Keyring(Buffer.alloc(32, 5)), 'invoice.seal')
const DEED = { actor: 'test', atMs: 1_800_000_000_000 }
const TITLE = { title: '示例科技有限公司', taxNumber: '9144030071526726XG', phone: '0755-1234567' }
const PDF = Buffer.from('%PDF-1.7 of an invoice')
const number = (last: number) => String(last).padStart(20, '2')

function requestFor(...orderIds: string[]): InvoiceRequest {
  const delivery = { emails: ['a@example.com'] }
  return { kind: 'ordinary', material: 'electronic', title: TITLE, delivery, remark: '', orderIds }
}

/** Two accounts; the first has paid `ord_1` and `ord_2`, 500 and 2000 yuan, and placed `ord_3`. */
async function shop(open: () => Promise<SqlEngine>) {
  const engine = await open()
  const { queries } = engine
  for (const id of ['acc_1', 'acc_2']) {
    const row = { id, name: id, state: 'active', rate_per_second: 20, created_at_ms: 0 }
    await queries.insertInto('account').values(row).execute()
  }
  await addOrder(engine, 'ord_1', 50_000)
  await addOrder(engine, 'ord_2', 200_000)
  await addOrder(engine, 'ord_3', 1, { state: 'placed', paid_at_ms: null })
  await addOrder(engine, 'ord_4', 1, { account_id: 'acc_2' })
  return { engine, invoices: new SqlInvoices(engine, { fileBytesMax: 100, sealer: SEALER }) }
}

async function addOrder(engine: SqlEngine, id: string, amountFen: number, more: object = {}) {
  const row = {
    id,
    account_id: 'acc_1',
    kind: 'package',
    state: 'paid',
    product: 'card4',
    mode: 'live',
    units: 1_000,
    amount_fen: amountFen,
    placed_at_ms: 1,
    paid_at_ms: 2,
    refunded_units: 0,
    refunded_fen: 0,
    ...more,
  } as const
  await engine.queries.insertInto('order').values(row).execute()
}

async function refund(engine: SqlEngine, id: string, fen: number) {
  await engine.queries
    .updateTable('order')
    .set({ refunded_fen: fen })
    .where('id', '=', id)
    .execute()
}

function accepted(result: Invoice | InvoiceRefusal): Invoice {
  if (typeof result === 'string') throw new Error(result)
  return result
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('an invoice amounts to the orders ticked, and is read as it was asked for', async () => {
    const { invoices } = await shop(open)
    const ids = (await invoices.invoiceable('acc_1')).map(({ orderId }) => orderId)
    expect(ids).toEqual(['ord_1', 'ord_2'])
    const invoice = accepted(await invoices.request('acc_1', requestFor(...ids), DEED))
    expect(invoice).toMatchObject({
      state: 'processing',
      amountFen: 250_000,
      presentFen: 250_000,
      title: TITLE,
      delivery: { emails: ['a@example.com'] },
      orders: [
        { orderId: 'ord_1', amountFen: 50_000 },
        { orderId: 'ord_2', amountFen: 200_000 },
      ],
    })
    expect(await invoices.list({ accountId: 'acc_1', limit: 9 })).toEqual([invoice])
    expect(await invoices.list({ state: 'issued', limit: 9 })).toEqual([])
    expect(await invoices.invoiceable('acc_1')).toEqual([])
  })

  test('orders that are not paid, not of the account or not there cannot be ticked', async () => {
    const { invoices } = await shop(open)
    const asked = (...ids: string[]) => invoices.request('acc_1', requestFor(...ids), DEED)
    expect(await asked('ord_3')).toBe('order_unpaid')
    expect(await asked('ord_1', 'ord_4')).toBe('order_unknown')
    expect(await asked('ord_9')).toBe('order_unknown')
    expect(await invoices.list({ limit: 9 })).toEqual([])
  })

  test('of many who tick the same orders at once, exactly one gets them', async () => {
    const { invoices } = await shop(open)
    const asked = Array.from({ length: 8 }, (_, n) =>
      invoices.request('acc_1', requestFor(...(n % 2 ? ['ord_1', 'ord_2'] : ['ord_2'])), DEED),
    )
    const results = await Promise.all(asked)
    expect(results.filter((result) => typeof result === 'object')).toHaveLength(1)
    expect(results.filter((result) => result === 'order_invoiced')).toHaveLength(7)
  })

  test('a rejected or withdrawn invoice frees its orders, and ends once', async () => {
    const { invoices } = await shop(open)
    const first = accepted(await invoices.request('acc_1', requestFor('ord_1'), DEED))
    const key = { invoiceId: first.id }
    expect(await invoices.reject(key, 'the title is another company’s', DEED)).toMatchObject({
      state: 'rejected',
      reason: 'the title is another company’s',
      closedAtMs: DEED.atMs,
    })
    expect(await invoices.withdraw(key, DEED)).toBe('not_processing')
    const second = accepted(await invoices.request('acc_1', requestFor('ord_1'), DEED))
    expect(
      await invoices.withdraw({ invoiceId: second.id, accountId: 'acc_1' }, DEED),
    ).toMatchObject({ state: 'withdrawn' })
    expect(await invoices.issue(key, { number: number(1), amountFen: 50_000 }, DEED)).toBe(
      'not_processing',
    )
    expect((await invoices.invoiceable('acc_1')).length).toBe(2)
  })

  test('an invoice does not exist for another account', async () => {
    const { invoices } = await shop(open)
    const { id } = accepted(await invoices.request('acc_1', requestFor('ord_1'), DEED))
    const foreign = { invoiceId: id, accountId: 'acc_2' }
    expect(await invoices.find(foreign)).toBeUndefined()
    expect(await invoices.withdraw(foreign, DEED)).toBe('invoice_unknown')
    expect(await invoices.file(foreign, 1)).toBe('invoice_unknown')
  })

  test('an invoice is issued over its amount and no other, under a number of its own', async () => {
    const { engine, invoices } = await shop(open)
    const one = accepted(await invoices.request('acc_1', requestFor('ord_1'), DEED))
    const two = accepted(await invoices.request('acc_1', requestFor('ord_2'), DEED))
    const issue = (invoiceId: string, last: number, amountFen: number) =>
      invoices.issue({ invoiceId }, { number: number(last), amountFen }, DEED)
    expect(await issue(one.id, 1, 49_999)).toBe('amount_mismatch')
    expect(await issue(one.id, 1, 50_000)).toMatchObject({ state: 'issued', number: number(1) })
    expect(await issue(two.id, 1, 200_000)).toBe('number_taken')
    await refund(engine, 'ord_2', 80_000)
    const reduced = accepted(await issue(two.id, 2, 120_000))
    expect(reduced).toMatchObject({ state: 'issued', amountFen: 120_000, presentFen: 120_000 })
    expect(redDueFen(reduced)).toBe(0)
  })

  test('a refund after the issue makes a red letter due, once', async () => {
    const { engine, invoices } = await shop(open)
    const { id } = accepted(await invoices.request('acc_1', requestFor('ord_1', 'ord_2'), DEED))
    const key = { invoiceId: id }
    await invoices.issue(key, { number: number(1), amountFen: 250_000 }, DEED)
    const letter = (last: number, whole = false) =>
      invoices.redLetter(key, { number: number(last), reason: 'refund', whole }, DEED)
    expect(await letter(2)).toBe('nothing_refunded')
    await refund(engine, 'ord_1', 50_000)
    expect(redDueFen(accepted((await invoices.find(key)) ?? 'invoice_unknown'))).toBe(50_000)
    expect(await letter(1)).toBe('number_taken')
    expect(accepted(await letter(2))).toMatchObject({
      state: 'issued',
      redLetters: [{ number: number(2), amountFen: 50_000 }],
    })
    expect(await letter(3)).toBe('nothing_refunded')
    expect(accepted(await letter(3, true))).toMatchObject({
      state: 'reversed',
      redLetters: [{ amountFen: 50_000 }, { amountFen: 200_000 }],
    })
    expect(await invoices.invoiceable('acc_1')).toEqual([{ orderId: 'ord_2', amountFen: 200_000 }])
  })

  test('files are kept byte for byte, of known formats and bounded in size and count', async () => {
    const { invoices } = await shop(open)
    const { id } = accepted(await invoices.request('acc_1', requestFor('ord_1'), DEED))
    const key = { invoiceId: id }
    const attach = (content: Buffer) => invoices.attach(key, { name: 'invoice.pdf', content }, DEED)
    expect(await attach(PDF)).toBe('not_issued')
    await invoices.issue(key, { number: number(1), amountFen: 50_000 }, DEED)
    expect(await attach(Buffer.from('plain'))).toBe('file_format')
    expect(await attach(Buffer.concat([PDF, Buffer.alloc(100)]))).toBe('file_too_large')
    const file = { number: 1, name: 'invoice.pdf', format: 'pdf', bytes: PDF.length }
    expect(accepted(await attach(PDF)).files).toMatchObject([file])
    const kept = await invoices.file(key, 1)
    if (typeof kept === 'string') throw new Error(kept)
    expect(Buffer.from(kept.content).equals(PDF)).toBe(true)
    expect(await invoices.file(key, 2)).toBe('file_unknown')
    for (let count = 1; count < 12; count++) accepted(await attach(PDF))
    expect(await attach(PDF)).toBe('files_too_many')
  })

  test('the audit tells what was done to which invoice, and nothing of the buyer', async () => {
    const { engine, invoices } = await shop(open)
    const { id } = accepted(await invoices.request('acc_1', requestFor('ord_1'), DEED))
    await invoices.issue({ invoiceId: id }, { number: number(1), amountFen: 50_000 }, DEED)
    const lines = await engine.queries.selectFrom('audit').selectAll().execute()
    expect(lines).toMatchObject([
      { action: 'invoice.request', subject: id },
      { action: 'invoice.issue', subject: id },
    ])
    expect(JSON.stringify(lines)).not.toMatch(/示例|91440|0755|example/)
  })

  test('nothing of the buyer is in the store in clear', async () => {
    const { engine, invoices } = await shop(open)
    await invoices.request('acc_1', requestFor('ord_1'), DEED)
    await new SqlInvoiceTitles(engine, SEALER).save('acc_1', TITLE, DEED)
    const rows = [
      ...(await engine.queries.selectFrom('invoice').selectAll().execute()),
      ...(await engine.queries.selectFrom('invoice_title').selectAll().execute()),
    ]
    const values = rows.flatMap((row) => Object.values(row))
    const text = values.map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : String(value),
    )
    expect(text.join()).not.toMatch(/示例|91440|0755|example/)
  })

  test('titles are kept per account, up to a number, and forgotten', async () => {
    const { engine } = await shop(open)
    const titles = new SqlInvoiceTitles(engine, SEALER)
    const saved = await titles.save('acc_1', TITLE, DEED)
    if (typeof saved === 'string') throw new Error(saved)
    expect(await titles.list('acc_1')).toEqual([{ ...TITLE, id: saved.id, accountId: 'acc_1' }])
    expect(await titles.list('acc_2')).toEqual([])
    expect(await titles.remove('acc_2', saved.id, DEED)).toBe('title_unknown')
    for (let count = 1; count < 20; count++) await titles.save('acc_1', TITLE, DEED)
    expect(await titles.save('acc_1', TITLE, DEED)).toBe('titles_too_many')
    expect(await titles.remove('acc_1', saved.id, DEED)).toEqual({ id: saved.id })
    expect(await titles.list('acc_1')).toHaveLength(19)
  })
})
