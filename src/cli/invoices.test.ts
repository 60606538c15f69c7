/** `kayan invoices` in process, on a store of its own. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CommandLine, commandLine } from '../../test/support/command-line.ts'

const NUMBER = '26442000000012345678'
/** An account that has paid one order of 500 yuan. */
async function shop(): Promise<CommandLine & { readonly order: string }> {
  const line = commandLine()
  const { kayan, json } = line
  await kayan('accounts create shop')
  const { id } = await json('orders place shop --plan card4-1200')
  await kayan(`orders pay ${id} --payment-id p1 --amount 500`)
  return { ...line, order: id }
}

const BUYER = '--title Example --tax-number 9144030071526726XG'

test('an invoice goes from the order ticked to the file that came back', async () => {
  const { kayan, json, order, root } = await shop()
  expect((await kayan('invoices orders shop')).out).toMatch(/ord_\w+ +500\.00/)
  const { id } = await json(
    `invoices request shop --orders ${order} ${BUYER} --emails a@example.com`,
  )
  expect((await kayan('invoices orders shop')).out).toContain('no orders')
  expect((await kayan(`invoices issue ${id} --number ${NUMBER} --amount 499`)).err).toContain(
    'amount',
  )
  expect((await kayan(`invoices issue ${id} --number ${NUMBER} --amount 500`)).out).toContain(
    'issued',
  )
  const path = join(root, 'invoice.pdf')
  writeFileSync(path, '%PDF-1.7 an invoice')
  expect((await kayan(`invoices attach ${id} ${path}`)).code).toBe(0)
  const shown = (await kayan(`invoices show ${id}`)).out
  for (const part of [NUMBER, '500.00', 'a@example.com', '1 invoice.pdf 19 B']) {
    expect(shown).toContain(part)
  }
  const copy = join(root, 'copy.pdf')
  expect((await kayan(`invoices file ${id} 1 --output ${copy}`)).err).toContain(copy)
  expect(readFileSync(copy, 'utf8')).toBe('%PDF-1.7 an invoice')
})

test('a refund of an issued order is told, and taken back by a red letter', async () => {
  const { kayan, json, order } = await shop()
  const { id } = await json(`invoices request shop --orders ${order} ${BUYER}`)
  await kayan(`invoices issue ${id} --number ${NUMBER} --amount 500`)
  await kayan(`orders refund ${order} --units 600 --reason half`)
  expect((await kayan(`invoices show ${id}`)).out).toContain('a red letter over 250.00 yuan is due')
  const number = NUMBER.replace(/8$/, '9')
  const letter = `invoices red ${id} --number ${number} --reason refund`
  expect(await json(letter)).toMatchObject({ state: 'issued', redLetters: [{ amountFen: 25_000 }] })
  expect((await kayan(letter.replace(number, `${number.slice(0, -1)}7`))).err).toContain('--whole')
})

test('a request is refused by the name of its field, and repeated under a key it is made once', async () => {
  const { kayan, json, order } = await shop()
  const request = `invoices request shop --orders ${order} --title Example`
  expect((await kayan(request)).err).toContain('title.taxNumber is missing')
  const wrong = await kayan(`${request} --tax-number 9144030071526726XA`)
  expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('title.taxNumber') })
  expect(wrong.err).not.toContain('9144030071526726XA')
  const special = await kayan(`invoices request shop --orders ${order} ${BUYER} --kind special`)
  expect(special.err).toContain('title.address is missing')
  const once = `invoices request shop --orders ${order} ${BUYER} --idempotency-key k1`
  expect(await json(once)).toEqual(await json(once))
  expect(await json('invoices list shop')).toHaveLength(1)
})

test('a title is kept, used and forgotten', async () => {
  const { kayan, json, order } = await shop()
  const { id: title } = await json(`invoices save-title shop ${BUYER}`)
  expect((await kayan('invoices titles shop')).out).toContain('9144030071526726XG')
  const both = await kayan(`invoices request shop --orders ${order} --title-id ${title} ${BUYER}`)
  expect(both.err).toContain('--title-id')
  const { id } = await json(`invoices request shop --orders ${order} --title-id ${title}`)
  expect((await kayan(`invoices withdraw ${id}`)).out).toContain('withdrawn')
  expect((await kayan(`invoices reject ${id} --reason late`)).err).toContain('not being processed')
  expect((await kayan(`invoices forget-title shop ${title}`)).code).toBe(0)
  expect((await kayan('invoices titles shop')).out).toContain('No titles')
})
