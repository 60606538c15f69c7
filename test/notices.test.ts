/** The notices name every package whose parts are shipped in the console's files. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { NOTICES, notices } from '../scripts/generate-notices.ts'

const BUILD_MS_MAX = 60_000

test(
  'the notices are what the console is built of, with the licence of each package',
  async () => {
    const text = readFileSync(NOTICES, 'utf8')
    expect(text).toBe(await notices())
    for (const name of ['react', 'antd', 'shiki', 'uplot']) {
      expect(text).toMatch(new RegExp(`^- ${name} \\d+\\.\\d+\\.\\d+ \\(MIT\\)$`, 'm'))
    }
  },
  BUILD_MS_MAX,
)
