/** The call log at the command line, on a store of its own. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CallNaming } from '../domain/call-names.ts'
import { ElementIndex } from '../domain/element-index.ts'
import type { Keyring } from '../domain/keyring.ts'
import { Secret } from '../domain/secret.ts'
import { openDatabase } from '../storage/sqlite/database.ts'
import { openStorage } from '../storage/storage.ts'
import { run } from './program.ts'

const NOON_MS = Date.parse('2026-11-21T12:00:00+08:00')
const CARD = '6299991000000018'

let root: string
let keyring: Keyring

interface Printed {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const environment = () => ({ KAYAN_LANG: 'en', KAYAN_DATA_DIR: join(root, 'data') })

/** Runs a command line in English. */
async function kayan(line: string): Promise<Printed> {
  const printed = { stdout: '', stderr: '' }
  const capture = (to: 'stdout' | 'stderr') => (text: unknown) => {
    printed[to] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(capture('stdout')),
    vi.spyOn(process.stderr, 'write').mockImplementation(capture('stderr')),
  ]
  const status = await run(line.split(' '), environment())
  for (const spy of spies) spy.mockRestore()
  return { status, ...printed }
}

/** The same in a process of its own, which reads from standard input. */
function kayanReading(line: string, input: string): Printed {
  const words = [join(import.meta.dirname, 'kayan.ts'), ...line.split(' ')]
  const env = { ...process.env, ...environment() }
  return spawnSync(process.execPath, words, { input, encoding: 'utf8', env })
}

async function json(line: string) {
  return JSON.parse((await kayan(`${line} --json`)).stdout)
}

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'kayan-calls-'))
  const dataDir = join(root, 'data')
  const storage = await openStorage({
    dataDir,
    keyFile: `${dataDir}.key`,
    production: false,
    nowMs: NOON_MS,
  })
  const account = { id: 'acc_1', name: 'shop', state: 'active', ratePerSecond: 20 } as const
  await storage.accounts.createAccount(account, { actor: 'test', atMs: NOON_MS })
  keyring = storage.keyring
  await storage.close()
  const database = openDatabase(dataDir)
  const index = new ElementIndex(keyring).of('acc_1', { cardNumber: new Secret(CARD) })
  database.exec(`
    INSERT INTO lane VALUES (1, 'acc_1', 'key_1', '=tencent.A', 'card4', 'live', 'registry');
    INSERT INTO entry (id, kind, grant_id, units, at_ms, serial, rule_version)
      VALUES (1, 'burn', 3, 1, ${NOON_MS}, 1, 1);
    INSERT INTO entry (id, kind, grant_id, units, at_ms, undoes, reason)
      VALUES (2, 'reverse', 3, 1, ${NOON_MS + 5_000}, 1, 'goodwill');
    INSERT INTO call VALUES (1, 1, ${NOON_MS}, 'match', 1, 1, 900, 1, '{"a":1}', NULL,
      '203.0.113.*', x'${Buffer.from(index, 'latin1').toString('hex')}', '120 310');
    INSERT INTO call VALUES (2, 1, ${NOON_MS + 1}, 'quota_exhausted', 0, 1, 80, NULL, '', NULL, NULL, NULL, NULL)
  `)
  database.close()
})

afterAll(() => rmSync(root, { recursive: true }))

/** What the audit tells of an action. */
function audited(action: string): unknown[] {
  const database = openDatabase(join(root, 'data'), { readOnly: true })
  const rows = database.prepare('SELECT detail FROM audit WHERE action = ? ORDER BY id').all(action)
  database.close()
  return rows.map(({ detail }) => detail)
}

function requestId(serial: number): string {
  return new CallNaming(keyring).requestId(serial)
}

test('calls are listed by what they were, page after page', async () => {
  expect((await json('calls list')).map((call: { result: string }) => call.result)).toEqual([
    'quota_exhausted',
    'match',
  ])
  expect(await json('calls list --charged yes')).toEqual([])
  expect(await json('calls list --account shop --result match')).toMatchObject([
    { requestId: requestId(1), client: '203.0.113.*', reversed: true, charged: false },
  ])
  const page = await kayan('calls list --limit 1')
  expect(page.stderr).toContain(`--before ${requestId(2)}`)
  expect(await json(`calls list --limit 1 --before ${requestId(2)}`)).toMatchObject([
    { result: 'match' },
  ])
  expect((await kayan('calls list --result perhaps')).status).toBe(2)
})

test('an element is read from standard input and finds its calls, as it was typed or not', () => {
  const spaced = CARD.replace(/(\d{4})/g, '$1 ').trim()
  for (const typed of [CARD, spaced]) {
    const found = kayanReading('calls list --element card --json', `${typed}\n`)
    expect(JSON.parse(found.stdout)).toMatchObject([{ requestId: requestId(1) }])
    expect(found.stdout + found.stderr).not.toContain(CARD)
  }
  expect(
    JSON.parse(kayanReading('calls list --element card --json', '6299991000000026\n').stdout),
  ).toEqual([])
  expect(audited('calls.search').length).toBe(3)
  expect(audited('calls.search').join()).not.toContain('62999910')
  expect(
    JSON.parse(kayanReading('calls list --element mobile --json', `${CARD}\n`).stdout),
  ).toEqual([])
})

test('one call is told with its charge, what undid it and what to do next', async () => {
  const { stdout } = await kayan(`calls show ${requestId(1)}`)
  const steps = [
    'received from 203.0.113.*',
    'asked the source registry',
    'answered match',
    'costs a unit under version 1',
    'entry 1: charged, grant 3',
    'entry 2: undid the charge: goodwill, grant 3',
    'nothing to do',
  ]
  let at = 0
  for (const step of steps) {
    expect(stdout.slice(at)).toContain(step)
    at = stdout.indexOf(step, at)
  }
  expect((await kayan(`calls show ${requestId(2)}`)).stdout).toContain('kayan grants add')
})

test('an export opens in a spreadsheet without running anything, and leaves an audit line', async () => {
  const path = join(root, 'calls.csv')
  const { status, stderr } = await kayan(`calls export --account shop --output ${path}`)
  expect(status).toBe(0)
  expect(stderr).toContain('Wrote 2 calls')
  const text = readFileSync(path, 'utf8')
  expect(text.startsWith('\ufefftime (Beijing),RequestId')).toBe(true)
  expect(text).toContain(",'=tencent.A,")
  expect(text.trimEnd().split('\r\n')).toHaveLength(3)
  expect(statSync(path).mode & 0o077).toBe(0)
  expect(audited('calls.export')).toEqual([expect.stringContaining('"account":"shop"')])
})

test('an export as JSON lines streams to standard output', async () => {
  const lines = await (await kayan('calls export --format jsonl')).stdout.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).result)).toEqual(['quota_exhausted', 'match'])
})

test('calls and charges are counted by day', async () => {
  expect(await json('calls totals')).toEqual([
    {
      day: '2026-11-21',
      accountId: 'acc_1',
      api: '=tencent.A',
      result: 'match',
      calls: 1,
      charged: 0,
    },
    {
      day: '2026-11-21',
      accountId: 'acc_1',
      api: '=tencent.A',
      result: 'quota_exhausted',
      calls: 1,
      charged: 0,
    },
  ])
})
