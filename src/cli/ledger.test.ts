/** `kayan ledger` in process, on a store of its own. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CommandLine, commandLine } from '../../test/support/command-line.ts'

/** An account with 900 units. */
async function shop(): Promise<CommandLine> {
  const line = commandLine()
  const { kayan } = line
  await kayan('accounts create shop')
  await kayan('grants add shop --product card4 --units 1000')
  await kayan('grants withdraw 1 --units 100 --reason refund')
  return line
}

test('a statement is printed by day and by month, and of the account that is named', async () => {
  const { kayan } = await shop()
  await kayan('accounts create other')
  const day = JSON.parse((await kayan('ledger statement --account shop --json')).out).at(-1)
  expect(day).toMatchObject({ opening: 0, granted: 1000, withdrawn: 100, closing: 900 })
  const month = JSON.parse((await kayan('ledger statement --by month --json')).out)
  expect(month).toMatchObject([{ period: day.period.slice(0, 7), closing: 900 }])
  expect((await kayan('ledger statement --account other')).out).toContain('no statement')
  expect((await kayan('ledger statement --account nobody')).code).toBe(1)
})

test('a statement is written as CSV that a spreadsheet opens, for its owner alone', async () => {
  const { kayan, root } = await shop()
  const path = join(root, 'statement.csv')
  const written = await kayan(`ledger statement --account shop --csv ${path}`)
  expect(written.err).toContain(path)
  const text = readFileSync(path, 'utf8')
  expect(text).toMatch(
    /^\ufeffACCOUNT,PRODUCT,.*CLOSING\r\nacc_\w+,card4,live,[\d-]+,0,1000,.*,900\r\n$/,
  )
})

test('a range that makes no sense is refused', async () => {
  const { kayan } = await shop()
  const backwards = await kayan('ledger statement --from 2026-02-01 --to 2026-01-01')
  expect(backwards).toMatchObject({ code: 1, err: expect.stringContaining('--from') })
  expect((await kayan('ledger statement --from yesterday')).code).toBe(2)
  expect((await kayan('ledger statement --from 2001-01-01 --to 2026-01-01')).code).toBe(1)
})

test('a checkpoint proves later that what it sealed is still there', async () => {
  const { kayan } = await shop()
  const checkpoint = /\d+-[0-9a-f]{64}/.exec((await kayan('ledger seal')).out)?.[0]
  expect(checkpoint).toBeDefined()
  await kayan('grants add shop --product card4 --units 5')
  const verified = await kayan(`ledger verify --account shop --since ${checkpoint} --json`)
  expect(verified.code).toBe(0)
  expect(JSON.parse(verified.out)).toMatchObject({ ok: true, checkpoint })
  const foreign = `1-${'ab'.repeat(32)}`
  const broken = await kayan(`ledger verify --since ${foreign}`)
  expect(broken).toMatchObject({ code: 1, out: expect.stringMatching(/V10 {2}FAIL .*seal 1/) })
  expect((await kayan('ledger verify --since yesterday')).code).toBe(2)
  expect((await kayan('ledger verify --account nobody')).code).toBe(2)
})

test('a copy of the data without the key file is proved too', async () => {
  const { kayan, root } = await shop()
  await kayan('ledger seal')
  rmSync(`${join(root, 'data')}.key`)
  const verified = await kayan('ledger verify')
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('The ledger holds') })
})

test('an export tells every row of the ledger once, and that it is whole', async () => {
  const { kayan, root } = await shop()
  const path = join(root, 'ledger.jsonl')
  expect((await kayan(`ledger export --output ${path}`)).err).toContain('Wrote 4 lines')
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { kind: 'grant', account: 'shop', units: 1000, available: 900, withdrawn: 100 },
    { kind: 'entry', entry: 'grant', units: 1000 },
    { kind: 'entry', entry: 'withdraw', units: 100, reason: 'refund' },
    { kind: 'end' },
  ])
})
