import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockDirectory } from './lock.ts'
import { testDirectory } from './test-records.ts'

test('a directory is locked once at a time and free again afterwards', () => {
  const directory = testDirectory()
  const unlock = lockDirectory(directory)
  expect(() => lockDirectory(directory)).toThrow(
    expect.objectContaining({ code: 'busy', detail: String(process.pid) }),
  )
  unlock()
  lockDirectory(directory)()
  expect(existsSync(join(directory, 'lock'))).toBe(false)
})

test('the lock of a process that is gone is taken over, also when its number lives on', () => {
  const gone = spawnSync(process.execPath, ['-e', '']).pid
  const holders = [
    JSON.stringify({ pid: gone, startTime: '1' }),
    JSON.stringify({ pid: process.pid, startTime: 'of an earlier process' }),
    '',
  ]
  for (const holder of holders) {
    const directory = testDirectory()
    writeFileSync(join(directory, 'lock'), holder)
    lockDirectory(directory)()
  }
})
