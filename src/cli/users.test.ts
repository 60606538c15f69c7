import { expect, test } from 'vitest'
import { commandLine } from '../../test/support/command-line.ts'

test('a user is invited, listed, disabled and invited anew, and nobody sees a password', async () => {
  const { json, kayan } = commandLine()
  await kayan('accounts create shop')
  const added = await json('users add Alice --role operator')
  expect(added.user).toMatchObject({ name: 'alice', role: 'operator', state: 'invited' })
  expect(added.path).toMatch(/^\/console\/invitation#[\w-]{43}$/)
  const invited = await kayan('users add bob@shop --role buyer_admin --account shop')
  expect(invited.out).toContain('bob@shop is invited')
  expect((await kayan('users disable alice')).out).toContain('let in no more')
  expect(await json('users list')).toMatchObject([
    { name: 'alice', state: 'disabled', hasTotp: false },
    { name: 'bob@shop', role: 'buyer_admin', state: 'invited' },
  ])
  const again = await json('users reset alice')
  expect(again.path).not.toBe(added.path)
  expect((await kayan('users list --lang zh')).out).toMatch(/alice +运营方 +已邀请/)
})

test('what cannot be is said in a line', async () => {
  const { kayan } = commandLine()
  await kayan('users add alice --role auditor')
  expect((await kayan('users add alice --role operator')).err).toContain('never given twice')
  expect((await kayan('users add bob --role buyer_finance')).err).toContain('--account')
  expect((await kayan('users add bob --role auditor --account none')).err).not.toBe('')
  expect((await kayan('users reset nobody')).err).toContain('no such user')
  expect((await kayan('users add -- -bad- --role auditor')).err).not.toBe('')
})
