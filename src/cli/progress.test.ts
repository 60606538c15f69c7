import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import type { Context } from './context.ts'
import { en } from './locale/en.ts'
import { ProgressLine } from './progress.ts'

const READING = { phase: 'read', rows: 12_345, rowsPerSecond: 150_000, secondsLeft: 200 } as const

/** A stream like standard error, and a clock that moves a second at each look. */
function terminal(isTTY: boolean) {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY })
  const plain: string[] = []
  let nowMs = 0
  const context = {
    locale: en,
    nowMs: () => (nowMs += 1_000),
    err: (line: string) => plain.push(line),
  } as unknown as Context
  const line = new ProgressLine(context, stream as unknown as NodeJS.WriteStream)
  return { line, plain, written: () => String(stream.read() ?? '') }
}

test('on a terminal one line renews itself with rows, rate and time left', () => {
  const { line, plain, written } = terminal(true)
  line.show(READING)
  expect(written()).toBe('\r\u001b[K12,345 rows read, 150,000 rows/s, 4 min left')
  line.clear()
  expect(written()).toBe('\r\u001b[K')
  expect(plain).toEqual([])
})

test('elsewhere there is a plain line each five seconds and at each new phase', () => {
  const { line, plain, written } = terminal(false)
  for (let i = 0; i < 12; i++) line.show({ ...READING, secondsLeft: undefined })
  line.show({ ...READING, phase: 'write' })
  line.clear()
  expect(plain).toEqual([
    '12,345 rows read, 150,000 rows/s',
    '12,345 rows read, 150,000 rows/s',
    'writing the registry (12,345 rows)',
  ])
  expect(written()).toBe('')
})
