/** What `kayan call` refuses before anything leaves; calls that arrive are run by the explorer's own test. */
import { expect, test, vi } from 'vitest'
import { run } from './program.ts'

/** Runs a command line in English, and gives what it complained of. */
async function complaintOf(line: string, more: Record<string, string> = {}) {
  let printed = ''
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  const code = await run(line.split(' '), { KAYAN_LANG: 'en', ...more })
  spy.mockRestore()
  return { code, printed }
}

test.each([
  ['tencent.None Name=x', 'There are: tencent.BankCard4EVerification'],
  ['aliyun.1887 --authentication TC3-HMAC-SHA256', 'There are:'],
  ['aliyun.1887 justatext', 'NAME=VALUE: justatext'],
  ['aliyun.1887 --url ftp://127.0.0.1 name=x', 'Cannot reach ftp://127.0.0.1'],
  ['tencent.BankCard4EVerification --id AKIDmine Name=x', '--secret-env or --secret-file'],
  ['aliyun.1887 --secret-env NOT_SET name=x', 'NOT_SET is not set'],
])('%s is refused: %s', async (line, complaint) => {
  const { code, printed } = await complaintOf(`call ${line}`)
  expect([code, printed]).toEqual([1, expect.stringContaining(complaint)])
})

test('a secret is never sent as the name of a key', async () => {
  const line = 'call tencent.BankCard4EVerification --secret-env MINE Name=x'
  const { code, printed } = await complaintOf(line, { MINE: 'a-secret-of-mine' })
  expect([code, printed]).toEqual([1, expect.stringContaining('by --id')])
  expect(printed).not.toContain('a-secret-of-mine')
})

test('a service that is not there is said to be so', async () => {
  const { code, printed } = await complaintOf('call aliyun.1887 --url http://127.0.0.1:1 name=x')
  expect([code, printed]).toEqual([1, expect.stringContaining('Cannot reach http://127.0.0.1:1')])
})
