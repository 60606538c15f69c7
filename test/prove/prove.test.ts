/** The proof by kills as an outsider starts it, small enough for every day. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const PROGRAM = join(import.meta.dirname, 'prove.ts')

test('five SIGKILLs under load break none of the invariants, and nothing that is written holds an element', async () => {
  const args = [PROGRAM, '--kills', '5', '--buyers', 'one', '--seed', '1']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  for (const id of ['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8']) {
    expect(stdout).toMatch(new RegExp(`^${id}  OK`, 'm'))
  }
  expect(stdout).toContain('ok    no element')
  expect(stdout).toContain('5 kills')
}, 120_000)
