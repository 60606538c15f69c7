/** Vendors at the command line: added without a trace of their secret, tried, priced and reconciled. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { commandLine } from '../../test/support/command-line.ts'
import { simulate } from '../../test/vendors/simulators.ts'
import { generateKeyPair } from '../protocols/tencent/key-pair.ts'
import { endAttempt, insertAttempts } from '../storage/sql/attempts.ts'
import { openStore } from '../storage/storage.ts'

const MONTH = '--from 2026-11-01 --to 2026-12-01'
const AT_MS = Date.parse('2026-11-01T10:00:00+08:00')

/** A command line with a vendor of its own, and the words that add a route to it. */
async function arrange(secret = 'vendorSecretEXAMPLE') {
  const line = commandLine()
  // As a vendor answers what it is asked in a test.
  const vendor = await simulate('tencent', { script: () => 'card_malformed' })
  onTestFinished(() => vendor.close())
  writeFileSync(join(line.root, 'secret'), `${secret}\n`)
  await line.kayan('accounts create shop')
  const files = `--secret-file ${join(line.root, 'secret')}`
  const add = `vendors add first --vendor tencent --id AKIDvendorEXAMPLE ${files} --price 0:0.25,1000:0.2`
  return { ...line, vendor, add: `${add} --endpoint ${vendor.url}` }
}

test('a route is added, listed without its secret, led to and taken out', async () => {
  const { kayan, json, add, vendor } = await arrange()
  expect((await kayan(add)).out).toContain('Added the route first')
  expect((await kayan(add)).err).toContain('A route of that name exists')
  const table = (await kayan('vendors list')).out
  expect(table).toContain('0:0.2500,1000:0.2000')
  expect(table).not.toContain('vendorSecretEXAMPLE')
  await kayan('vendors route --account shop --routes first --prefer cost --double-pay 10')
  expect((await kayan('vendors remove first')).err).toContain('names this route')
  const { routes, policies } = await json('vendors list')
  expect(routes).toMatchObject([{ name: 'first', endpoint: vendor.url }])
  expect(policies).toMatchObject([{ routes: ['first'], prefer: 'cost', doublePayShare: 10 }])
  await kayan('vendors route --account shop')
  expect((await kayan('vendors remove first')).out).toContain('Removed')
  expect((await kayan('vendors list')).out).toContain('answered by the own registry')
})

test('an address without encryption is warned of, unless it is this machine', async () => {
  const { kayan, add, vendor } = await arrange()
  expect((await kayan(add)).err).not.toContain('in clear')
  const far = add.replace('add first', 'add far').replace(vendor.url, 'http://vendor.example')
  expect((await kayan(far)).err).toContain('in clear')
})

test('a test asks for nothing that costs, and tells a refused credential', async () => {
  const { kayan, add, vendor } = await arrange()
  await kayan(add)
  expect(await kayan('vendors test first')).toMatchObject({
    code: 0,
    out: expect.stringContaining('Address and credential work'),
  })
  expect(vendor.bill.paid).toBe(0)
  const wrong = await arrange('anotherSecretEXAMPLE')
  await wrong.kayan(wrong.add)
  expect(await wrong.kayan('vendors test first')).toMatchObject({
    code: 1,
    out: expect.stringContaining('credential_refused'),
  })
})

test('a probe connects and says nothing', async () => {
  const { kayan, add, vendor } = await arrange()
  await kayan(add)
  expect(await kayan('vendors probe')).toMatchObject({ code: 0, out: 'first: can be reached\n' })
  expect(vendor.bill.asked).toBe(0)
  vendor.close()
  expect(await kayan('vendors probe')).toMatchObject({
    code: 1,
    out: expect.stringContaining('connect_failed'),
  })
})

test.each([
  ['vendors add First --vendor tencent --price 1', 2, 'route cannot be "First"'],
  ['vendors add first --vendor nobody --price 1', 2, '(one of aliyun | fuqing'],
  ['vendors add first --vendor tencent --price 0.12345', 2, 'See kayan vendors add --help'],
  ['vendors add first --vendor tencent --price 1 --endpoint https://u:p@vendor.example', 2, ''],
  ['vendors add first --vendor tencent --price 1 --kind appcode --secret-file x', 1, 'the kinds'],
  ['vendors test first', 1, 'no such route'],
  ['vendors unknowns first', 1, 'no such route'],
  ['vendors unroute', 1, 'no such setting'],
  ['vendors route --timeout-ms 499', 2, '--timeout-ms <n> cannot be "499"'],
  ['vendors cache set shop', 1, 'at least one time'],
  ['vendors costs --from 2026-12-01 --to 2026-11-01', 1, '--from must lie before --to'],
  ['vendors reconcile first --total 3', 2, '--from <date> is missing'],
  ['vendors shadow set', 2, 'See kayan vendors shadow set --help'],
])('%s is refused', async (line, code, text) => {
  const { kayan } = await arrange()
  expect(await kayan(line)).toMatchObject({ code, err: expect.stringContaining(text) })
})

test.each([
  ['--tier 101', '--tier has a value'],
  ['--weight 1000001', '--weight has a value'],
  ['--ca-file SECRET', '--ca-file has a value'],
])('what the admin API would refuse is refused: %s', async (words, text) => {
  const { kayan, add, root } = await arrange()
  const line = `${add} ${words.replace('SECRET', join(root, 'secret'))}`
  expect(await kayan(line)).toMatchObject({ code: 1, err: expect.stringContaining(text) })
})

test('a secret that no header can carry is refused before it is kept', async () => {
  const { kayan, add } = await arrange('two words')
  expect((await kayan(add)).err).toContain('without spaces')
  expect((await kayan('vendors list')).out).toContain('There are no routes')
})

test('an account whose setting is taken away is led like all others', async () => {
  const { kayan, json, add } = await arrange()
  await kayan(add)
  await kayan('vendors route --account shop --routes first,first')
  expect((await json('vendors list')).policies).toMatchObject([{ routes: ['first'] }])
  expect((await kayan('vendors unroute --account shop')).code).toBe(0)
  expect((await json('vendors list')).policies).toEqual([])
})

/** A store with one attempt of each call, the first paid and the others unknown. */
async function attempted(root: string, requestIds: readonly string[]): Promise<void> {
  const store = await openStore({ dataDir: join(root, 'data') }, {})
  const attempts = requestIds.map((requestId) => ({
    id: `${requestId}.1`,
    serial: 1,
    requestId,
    accountId: 'acc_1',
    route: 'first',
    vendor: 'tencent',
    product: 'card4' as const,
    atMs: AT_MS,
    costCentifen: 2_500,
  }))
  await insertAttempts(store.engine.queries, attempts)
  const end = { phase: 'replied', code: '0', reference: '', atMs: AT_MS } as const
  for (const [i, { id }] of attempts.entries()) {
    const paid = { ...end, state: 'settled', reference: 'v-1' } as const
    await endAttempt(store.engine.queries, id, i === 0 ? paid : { ...end, state: 'unknown' })
  }
  await store.close()
}

test('elements travel encrypted under a key of the suite that is asked for', async () => {
  const { kayan, json, add, root } = await arrange()
  const file = join(root, 'vendor.pem')
  const sealed = (words: string) => `${add} --public-key-file ${file} ${words}`.trim()
  writeFileSync(file, 'no key')
  expect((await kayan(sealed(''))).err).toContain('no public key that tencent takes')
  const { publicKey } = await generateKeyPair('sm2')
  for (const text of [publicKey, Buffer.from(publicKey, 'base64').toString()]) {
    writeFileSync(file, text)
    expect((await kayan(sealed('--encryption aes'))).err).toContain('takes for aes')
    expect((await kayan(sealed('--encryption sm'))).code).toBe(0)
    expect((await json('vendors list')).routes).toMatchObject([{ encryption: 'sm' }])
    await kayan('vendors remove first')
  }
  expect((await kayan(`${add} --encryption sm`)).err).toContain('needs --public-key-file')
  const other = sealed('').replace('--vendor tencent', '--vendor juhe')
  expect((await kayan(other)).err).toContain('no public key that juhe takes')
})

test('a test of an encrypted route sends nothing in clear and costs nothing', async () => {
  const { kayan, add, root, vendor } = await arrange()
  const file = join(root, 'vendor.pem')
  writeFileSync(file, (await generateKeyPair('sm2')).publicKey)
  let asked = ''
  vendor.script = (cardNumber) => {
    asked = cardNumber
    return 'card_malformed'
  }
  await kayan(`${add} --public-key-file ${file}`)
  expect((await kayan('vendors test first')).code).toBe(0)
  expect(asked).toMatch(/^[A-Za-z0-9+/]+=*$/)
  expect(asked).not.toMatch(/^\d+$/)
})

test('an account’s encrypted calls are handed on by the operator’s word, with a warning', async () => {
  const { kayan, json } = await arrange()
  expect((await kayan('vendors pass-through shop yes')).code).toBe(2)
  expect((await kayan('vendors pass-through nobody on')).code).toBe(1)
  expect(await kayan('vendors pass-through shop on')).toMatchObject({
    code: 0,
    err: expect.stringContaining('nobody here knows which card'),
  })
  expect((await json('vendors list')).passages).toHaveLength(1)
  expect((await kayan('vendors pass-through shop off')).err).toBe('')
  expect((await json('vendors list')).passages).toEqual([])
})

test('costs are told by route, and unknowns are closed by the bill', async () => {
  const { kayan, json, root } = await arrange()
  await attempted(root, ['one', 'two', 'three'])
  expect(await kayan('ledger verify')).toMatchObject({
    code: 3,
    out: expect.stringContaining('Unknown calls to vendors: 2, CNY 0.5000'),
  })
  const before = await json(`vendors costs ${MONTH}`)
  expect(before.routes).toMatchObject([
    { route: 'first', settled: 1, unknown: 2, costCentifen: 2_500, unknownCentifen: 5_000 },
  ])
  expect(before.trouble.overdue).toMatchObject({ count: 2, costCentifen: 5_000 })
  const bill = join(root, 'bill.csv')
  writeFileSync(bill, '\uFEFFtime,id\n2026-11-21,v-1\n2026-11-21,"two"\n')
  expect((await kayan(`vendors reconcile first ${bill} ${MONTH}`)).err).toContain('no column')
  const closed = await kayan(`vendors reconcile first ${bill} ${MONTH} --reference-column id`)
  expect(closed.out).toBe('Closed: 1 paid, 1 free; still unknown: 0.\n')
  const table = await kayan(`vendors costs ${MONTH} --sold-at 0.5`)
  expect(table.out).toMatch(/first +2 +1 +0 +0\.5000 +0\.0000/)
  expect(table.out).toContain('margin CNY -0.5000')
  expect(table.out).not.toContain('Note:')
  expect((await kayan('ledger verify')).code).toBe(0)
})

test('a sum closes only what it proves, and tells how far it is off', async () => {
  const { kayan, root } = await arrange()
  await attempted(root, ['one', 'two', 'three'])
  const reconcile = (total: number) => kayan(`vendors reconcile first --total ${total} ${MONTH}`)
  expect((await reconcile(2)).out).toBe(
    'Closed: 0 paid, 0 free; still unknown: 2.\nThe bill charges 2 calls; we have 1 as paid.\n',
  )
  expect((await reconcile(9)).out).toContain('still unknown: 2')
  const table = (await kayan(`vendors costs ${MONTH}`)).out
  expect(table).toContain('2 calls have been unknown for more than a day')
  expect(table).toMatch(/first from .* \(total 9\) and our rows disagree on 6 calls/)
  expect((await reconcile(3)).out).toBe('Closed: 2 paid, 0 free; still unknown: 0.\n')
  expect((await kayan(`vendors costs ${MONTH}`)).out).not.toContain('Note:')
})

test('unknowns are listed, and closed by name with a reason', async () => {
  const { kayan, json, root } = await arrange()
  await attempted(root, ['one', 'two', 'three'])
  expect((await kayan('vendors unknowns first')).out).toMatch(/two\.1 +first +2026-11-01 10:00:00/)
  const close = (words: string) => kayan(`vendors close ${words}`)
  expect((await close('two.1 --reason ticket-7')).err).toContain('--paid or --free')
  expect((await close('two.1 --paid --free --reason x')).code).toBe(2)
  expect((await close('two.1 --paid')).code).toBe(2)
  expect(await close('one.1 two.1 four.1 --paid --reason ticket-7')).toMatchObject({
    code: 1,
    out: 'Closed two.1.\n',
    err: expect.stringMatching(/How one\.1 ended is known.*\n.*no such call: four\.1/),
  })
  expect((await close('three.1 --free --reason ticket-8')).code).toBe(0)
  expect(await json('vendors unknowns')).toEqual([])
  expect((await kayan('ledger verify')).code).toBe(0)
})
