/** The charge rules at the command line, in process, on a store of their own. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { run } from './program.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kayan-rules-'))
})
afterEach(() => rmSync(root, { recursive: true }))

async function kayan(...words: string[]) {
  const printed = { out: '', err: '' }
  const capture = (to: 'out' | 'err') => (text: unknown) => {
    printed[to] += String(text)
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(capture('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(capture('err')),
  ]
  const code = await run(words, { KAYAN_LANG: 'en', KAYAN_DATA_DIR: join(root, 'data') })
  for (const spy of spies) spy.mockRestore()
  return { code, ...printed }
}

async function versions(api: string) {
  return JSON.parse((await kayan('rules', 'list', '--api', api, '--json')).out)
}

test('a version is added for all states of a card, and listed before the first', async () => {
  // The first command of a store creates it.
  await kayan('accounts', 'create', 'shop')
  const add = ['rules', 'add', 'aliyun.1887', '--reason', 'contract']
  const added = await kayan(...add, '--charge', 'card_state', '--from', '2999-01-01')
  expect(added.out).toContain('Version 2 of the charge rules of aliyun.1887 begins at 2999-01-01')
  const [second, first] = await versions('aliyun.1887')
  expect(first).toMatchObject({ version: 1, effectiveFromMs: 0, reason: '' })
  expect(first.charged).not.toContain('card_lost')
  expect(second).toMatchObject({ version: 2, reason: 'contract' })
  expect(second.charged).toEqual(expect.arrayContaining([...first.charged, 'card_lost']))
  const table = await kayan('rules', 'list')
  expect(table.out).toContain('tencent.BankCard4EVerification')
  expect(table.out).toContain('2999-01-01')
})

test('what may not be is refused in one line, and nothing is added', async () => {
  await kayan('accounts', 'create', 'shop')
  const add = ['rules', 'add', 'aliyun.1887', '--reason', 'r']
  expect((await kayan(...add, '--charge', 'source_busy')).err).toContain('free by contract')
  expect((await kayan(...add, '--free', 'mismatch', '--from', '2020-01-01')).err).toContain(
    'in the past',
  )
  expect((await kayan(...add, '--charge', 'nonsense')).code).toBe(2)
  expect((await kayan('rules', 'add', 'x', '--reason', 'r')).err).toContain('no such interface')
  expect(await versions('aliyun.1887')).toHaveLength(1)
})
