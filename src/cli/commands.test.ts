/** The commands in process, on a store of their own: what they change and what they print. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest'
import { createDatabase } from '../../test/support/postgres.ts'
import { openDatabase } from '../storage/sqlite/database.ts'
import { run } from './program.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kayan-commands-'))
})

afterEach(() => rmSync(root, { recursive: true }))

/** Runs a command line in English on the test's store. */
async function kayan(line: string, more: Record<string, string> = {}) {
  const printed = { out: '', err: '' }
  const capture = (to: 'out' | 'err') => (text: unknown) => {
    printed[to] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(capture('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(capture('err')),
  ]
  const environment = { KAYAN_LANG: 'en', KAYAN_DATA_DIR: join(root, 'data'), ...more }
  const code = await run(line.split(' '), environment)
  for (const spy of spies) spy.mockRestore()
  return { code, ...printed }
}

async function json(line: string) {
  return JSON.parse((await kayan(`${line} --json`)).out)
}

test('accounts are created, listed, and put into each of their states by name', async () => {
  const account = await json('accounts create shop --rate 50')
  expect(account).toMatchObject({ name: 'shop', state: 'active', ratePerSecond: 50 })
  expect((await kayan('accounts suspend shop')).out).toContain('is now frozen')
  expect(await json('accounts list')).toMatchObject([{ id: account.id, state: 'frozen' }])
  expect((await kayan('accounts resume shop')).out).toContain('is now active')
  for (const state of ['inactive', 'unverified', 'charge_abnormal', 'arrears', 'closed']) {
    expect((await kayan(`accounts state shop ${state}`)).out).toContain(`is now ${state}`)
  }
  expect((await kayan('accounts resume shop')).err).toContain('is closed, for ever')
  expect((await kayan('accounts state shop asleep')).code).toBe(2)
  expect((await kayan('accounts create shop')).err).toContain('is taken')
  expect((await kayan('accounts create other --rate 0')).code).toBe(2)
  const fast = await kayan('accounts create other --rate 2000000')
  expect(fast).toMatchObject({ code: 1, err: expect.stringContaining('ratePerSecond') })
})

test('an account is held to signed bodies, and let go again', async () => {
  await kayan('accounts create shop')
  expect((await kayan('accounts unsigned-payload shop refused')).out).toContain('must have')
  expect(await json('accounts list')).toMatchObject([{ unsignedPayload: 'refused' }])
  expect((await kayan('accounts unsigned-payload shop policy')).out).toContain('goes by')
  expect((await json('accounts list'))[0]).not.toHaveProperty('unsignedPayload')
})

test('the first command that writes says where the key file is, later ones do not', async () => {
  expect((await kayan('accounts create shop')).err).toContain(`${join(root, 'data')}.key`)
  expect((await kayan('accounts create other')).err).toBe('')
})

test('the secret of a new key is shown once, at its creation', async () => {
  await kayan('accounts create shop')
  const created = await kayan('keys create shop --kind tencent')
  const secret = /SecretKey {2}(\w{32})/.exec(created.out)?.[1]
  expect(secret).toBeDefined()
  const listed = await kayan('keys list shop')
  expect(listed.out).toMatch(/AKID\w{32}/)
  expect(listed.out).not.toContain(secret)
})

test('existing keys are imported from a file, and a second import tells nothing of the first', async () => {
  await kayan('accounts create shop')
  await kayan('accounts create other')
  const file = join(root, 'secret')
  writeFileSync(file, 'existing-appcode-1\n')
  const imported = await kayan(`keys import shop --kind appcode --secret-file ${file}`)
  expect(imported).toMatchObject({ code: 0, out: expect.stringMatching(/\(exis….{6}\)/) })
  const again = await kayan(`keys import other --kind appcode --secret-file ${file}`)
  expect(again).toMatchObject({ code: 1, out: '' })
  expect(again.err).not.toMatch(/shop|acc_/)
  const pair = await kayan('keys import shop --kind tencent --id AKIDold --secret old-secret')
  expect(pair).toMatchObject({ code: 0, err: expect.stringContaining('process list') })
  const malformed = await kayan('keys import shop --kind tencent --id a,b --secret s')
  expect(malformed.err).toContain('SecretId has an unusable form')
  expect((await kayan('keys import shop --kind appkey --secret s')).err).toContain('--id')
})

test('a direct key for encrypted calls has a secretKey, and no other kind of key has', async () => {
  await kayan('accounts create shop')
  const created = await kayan('keys create shop --kind direct --encrypted')
  expect(created.out).toMatch(/key {2}[0-9a-f]{32}\n {2}secretKey {2}\w{16}$/m)
  const refused = await kayan('keys create shop --kind appcode --encrypted')
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('direct') })
  const [keyFile, cipherFile] = [join(root, 'key'), join(root, 'cipher')]
  writeFileSync(keyFile, `${'0'.repeat(32)}\n`)
  writeFileSync(cipherFile, 'too short\n')
  const order = `keys import shop --kind direct --secret-file ${keyFile} --cipher-secret-file`
  expect((await kayan(`${order} ${cipherFile}`)).err).toContain('secretKey has an unusable form')
  writeFileSync(cipherFile, 'lgJKiiakuplMXy4s\n')
  expect((await kayan(`${order} ${cipherFile}`)).code).toBe(0)
})

test('the token of a temporary key is shown once, its end with every list', async () => {
  await kayan('accounts create shop')
  const created = await kayan('keys create shop --kind tencent --temporary 120')
  const shape =
    /SecretId {2}AKID\w{32}\n {2}SecretKey {2}\w{32}\n {2}Token {2}(\w{64})\n.*X-TC-Token/
  const [, token] = shape.exec(created.out)!
  const [key] = await json('keys list shop')
  expect(key.expiresAtMs - key.createdAtMs).toBeCloseTo(120 * 60_000, -3)
  const listed = await kayan('keys list shop')
  expect(listed.out).toMatch(/ENDS\n.*( {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d){2}$/m)
  expect(listed.out + JSON.stringify(key)).not.toContain(token)
  const made = await json('keys create shop --kind tencent --temporary 525600')
  expect(made).toMatchObject({ token: expect.stringMatching(/^\w{64}$/), kind: 'tencent' })
})

test('only a tencent key can be temporary, for a minute to a year', async () => {
  await kayan('accounts create shop')
  const refused = await kayan('keys create shop --kind appkey --temporary 5')
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('tencent') })
  for (const minutes of ['0', '-1', '1.5', 'soon', '525601']) {
    expect((await kayan(`keys create shop --kind tencent --temporary ${minutes}`)).code).toBe(2)
  }
  expect(await json('keys list')).toEqual([])
})

test('a rotated key and the key before it both work until the overlap ends', async () => {
  await kayan('accounts create shop')
  const older = await json('keys create shop --kind direct --encrypted')
  const newer = await json(`keys rotate ${older.id} --overlap 60`)
  expect(newer).toMatchObject({ kind: 'direct', cipherSecret: expect.stringMatching(/^\w{16}$/) })
  const [listed] = (await json('keys list')).filter(({ id }: { id: string }) => id === older.id)
  expect(listed.retiresAtMs - newer.createdAtMs).toBe(60 * 60_000)
  expect((await kayan(`keys rotate ${newer.id}`)).out).toMatch(/goes on working until \d{4}-/)
  expect((await kayan(`keys rotate ${newer.id} --overlap 129601`)).err).toContain('overlapMinutes')
  const temporary = await json('keys create shop --kind tencent --temporary 5')
  expect((await kayan(`keys rotate ${temporary.id}`)).err).toContain('is temporary')
})

test('an AppCode is shown again on demand, another secret never', async () => {
  await kayan('accounts create shop')
  const code = await json('keys create shop --kind appcode')
  expect((await kayan(`keys reveal ${code.id}`)).out).toBe(`${code.credential}\n`)
  const once = { KAYAN_APPCODE_REVEAL: 'never' }
  expect((await kayan(`keys reveal ${code.id}`, once)).err).toContain('shown once only')
  const pair = await json('keys create shop --kind appkey')
  expect(await kayan(`keys reveal ${pair.id}`)).toMatchObject({ code: 1, out: '' })
})

test('limits of a key are set and taken away one by one, and wrong ones name the field', async () => {
  await kayan('accounts create shop')
  const { id } = await json('keys create shop --kind appkey')
  const limited = await kayan(`keys limit ${id} --addresses 10.0.0.0/8,2001:db8::/32 --daily-cap 9`)
  expect(limited.out).toContain('from 10.0.0.0/8, 2001:db8::/32; a day: 9')
  expect((await kayan(`keys limit ${id} --any-address`)).out).toContain('from anywhere; a day: 9')
  expect((await kayan(`keys limit ${id} --uncapped`)).out).toContain('a day: no cap')
  expect((await kayan(`keys limit ${id} --addresses 10.0.0.300`)).err).toContain('addresses.0')
  expect((await kayan(`keys limit ${id}`)).code).toBe(1)
  expect((await kayan(`keys limit ${id} --uncapped --daily-cap 5`)).code).toBe(2)
})

test('a key is revoked once', async () => {
  await kayan('accounts create shop')
  const key = await json('keys create shop --kind appkey --mode test')
  expect((await kayan(`keys revoke ${key.id}`)).code).toBe(0)
  expect((await kayan(`keys revoke ${key.id}`)).err).toContain('revoked before')
  expect(await json('keys list')).toMatchObject([{ state: 'revoked', mode: 'test' }])
})

test('grants are added, withdrawn and extended, and the ledger holds', async () => {
  await kayan('accounts create shop')
  const grant = await json('grants add shop --product card4 --units 100 --expires 2099-12-31')
  expect(grant).toMatchObject({ units: 100, expiresAtMs: Date.parse('2099-12-30T16:00:00Z') })
  expect((await kayan(`grants withdraw ${grant.id} --units 30`)).code).toBe(0)
  expect((await kayan(`grants withdraw ${grant.id} --units 71`)).err).toContain('Fewer units')
  expect((await kayan(`grants extend ${grant.id} --expires 2098-01-01`)).code).toBe(1)
  expect((await kayan(`grants extend ${grant.id} --expires 2100-01-01`)).code).toBe(0)
  expect((await kayan('grants extend 99 --expires 2100-01-01')).err).toContain('no such grant')
  expect(await json('grants list shop')).toMatchObject([
    { balance: { available: 70, withdrawn: 30 }, expiresAtMs: Date.parse('2099-12-31T16:00:00Z') },
  ])
  expect(await json('ledger verify')).toMatchObject({ ok: true })
  expect((await kayan('ledger verify')).out).toContain('The ledger holds.')
})

test('a store that cannot be read makes ledger verify end with 2, not 1', async () => {
  expect((await kayan('ledger verify')).code).toBe(2)
})

test('people are imported, counted and erased, and the register answers', async () => {
  const csv = join(root, 'people.csv')
  writeFileSync(
    csv,
    'name,idNumber,cardNumber,mobile\n王芳,110101199003071022,6299991000000015,13800138001\nbad,1,2,3\n',
  )
  const report = await json(`registry import ${csv}`)
  expect(report).toMatchObject({ added: 1, rejected: 1 })
  expect(await json('registry stats')).toMatchObject({ cards: 1 })
  const verify = 'verify --live --name 王芳 --id 110101199003071022 --card 6299991000000015'
  expect(await json(`${verify} --mobile 13800138001`)).toEqual({ outcome: 'match' })
  expect(await json(`${verify} --mobile 13800138002`)).toEqual({ outcome: 'mismatch' })
})

test('a call that is not in the log is told as such', async () => {
  await kayan('accounts create shop')
  expect((await kayan('calls list')).out).toContain('No calls yet')
  expect((await kayan('calls show ABCDEFGH2611210000')).err).toContain('There is no call')
})

test('the doctor finds nothing wrong before the first start and after it', async () => {
  const statuses = async () =>
    (await json('doctor')).map((finding: { status: string }) => finding.status)
  expect(await statuses()).not.toContain('fail')
  await kayan('accounts create shop')
  expect(await statuses()).not.toContain('fail')
})

test('the doctor names a lost key file and ends with 1', async () => {
  await kayan('accounts create shop')
  rmSync(`${join(root, 'data')}.key`)
  expect(await kayan('doctor')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^fail {2}The key file .* is lost/m),
  })
})

test('a store that is not there is not created by reading', async () => {
  expect((await kayan('keys list')).err).toContain('before the first use')
  expect(readdirSync(root)).toEqual([])
})

test('a database server that cannot be reached is told without the password in its URL', async () => {
  const KAYAN_DATABASE_URL = 'postgres://kayan:hunter2@127.0.0.1:1/kayan'
  const refused = await kayan('accounts list', { KAYAN_DATABASE_URL })
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('cannot be reached') })
  expect(refused.err).not.toContain('hunter2')
})

test('a move wants the address of a database, and tells each table and that the ledger holds', async () => {
  await kayan('accounts create shop')
  const order = 'storage migrate --from sqlite --to postgres'
  expect((await kayan(order)).err).toContain('KAYAN_DATABASE_URL')
  expect((await kayan('storage migrate --from postgres --to sqlite')).code).toBe(2)
  if (inject('postgresDirectory') === '') return
  const KAYAN_DATABASE_URL = await createDatabase(inject('postgresDirectory'))
  const moved = await kayan(order, { KAYAN_DATABASE_URL })
  expect(moved).toMatchObject({ code: 0, out: expect.stringMatching(/^account {2}1$/m) })
  expect(moved.out).toContain('Moved, and the ledger holds')
  expect((await kayan('accounts create other')).err).toContain('were moved to another database')
  const there = await kayan('accounts list', { KAYAN_DATABASE_URL })
  expect(there.out).toContain('shop')
  const doctor = await kayan('doctor', { KAYAN_DATABASE_URL })
  expect(doctor.out).toMatch(/^ok {2}the ledger holds$/m)
})

test('a bug is one line with a hint, and has its stack only when debugging', async () => {
  await kayan('accounts create shop')
  const database = openDatabase(join(root, 'data'))
  database.exec('DROP TABLE audit')
  database.close()
  const plain = await kayan('accounts create other')
  expect(plain).toMatchObject({ code: 1, err: expect.stringMatching(/^Internal error: .*\n$/) })
  const debugging = await kayan('accounts create other', { KAYAN_LOG_LEVEL: 'debug' })
  expect(debugging.err).toContain('    at ')
})

test('encryption keys are made, printed as clients take them, rotated with overlap and retired', async () => {
  await kayan('accounts create shop')
  for (const algorithm of ['rsa', 'sm2']) {
    const made = await kayan(`keys encryption create --account shop --algorithm ${algorithm}`)
    const pem = Buffer.from(made.out.trim().split('\n').at(-1) ?? '', 'base64').toString()
    expect(pem).toContain(
      algorithm === 'rsa' ? '-----BEGIN RSA PUBLIC KEY-----' : '-----BEGIN PUBLIC KEY-----',
    )
    expect(made.out).not.toContain('PRIVATE')
  }
  const again = await kayan('keys encryption create --account shop --algorithm rsa')
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('rotate') })
  const rotated = await json('keys encryption rotate --account shop --algorithm rsa')
  const states = (await json('keys encryption list --account shop')).map(
    ({ algorithm, state }: Record<string, string>) => `${algorithm} ${state}`,
  )
  expect(states).toEqual(['rsa retiring', 'sm2 active', 'rsa active'])
  expect((await kayan(`keys encryption retire ${rotated.id}`)).out).toContain('Retired')
  expect((await kayan('keys encryption list')).out).not.toContain('PRIVATE')
  expect((await kayan('keys encryption create --account shop --algorithm dsa')).code).toBe(2)
  expect((await kayan('keys encryption create --algorithm rsa')).code).toBe(2)
})

test('a master key prints the id that clients send', async () => {
  await kayan('accounts create shop')
  const made = await kayan('keys encryption create --account shop --algorithm kms')
  expect(made.out.trim().split('\n').at(-1)).toMatch(/^[0-9a-f-]{36}$/)
})
