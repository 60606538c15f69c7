import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Ballast } from './ballast.ts'

test('holds its space on the disk until it is dropped, and is laid again', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'kayan-ballast-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true }))
  const ballast = new Ballast(dataDir)
  expect(ballast.drop()).toBe(false)
  ballast.lay()
  ballast.lay()
  const { size, blocks } = statSync(join(dataDir, 'kayan.ballast'))
  expect(size).toBe(16 << 20)
  expect(blocks * 512).toBeGreaterThanOrEqual(size)
  expect(ballast.drop()).toBe(true)
  expect(ballast.drop()).toBe(false)
})
