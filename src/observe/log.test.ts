import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { createLog } from './log.ts'

test('whatever text is logged, an event is one line and one object', () => {
  const directory = mkdtempSync(join(tmpdir(), 'kayan-log-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'log')
  const log = createLog('info', path)
  const hostile = fc.string({
    unit: fc.constantFrom('\r', '\n', '\r\n', '\u2028', '"', '\\', '\0', 'a'),
  })
  const texts = fc.sample(hostile, 200)
  for (const text of texts) log.info({ api: text }, text)
  const lines = readFileSync(path, 'utf8').split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map((line) => JSON.parse(line).api)).toEqual(texts)
  expect(lines.join('')).not.toContain('\r')
})

test('a disk that takes no more lines does not stop who writes them', async () => {
  // Everything that is written to it fails for want of space.
  const log = createLog('info', '/dev/full')
  expect(() => log.info('lost')).not.toThrow()
  await new Promise((resolve) => setImmediate(resolve))
  expect(() => log.info('lost too')).not.toThrow()
})
