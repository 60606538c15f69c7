import { expect, test } from 'vitest'
import { redisProgram } from '../support/redis.ts'
import { LIMIT, loseValkey } from './valkey-loss.ts'

const program = redisProgram()

test.skipIf(program === undefined)(
  'a Valkey stopped, emptied or frozen under load never opens a limit nor closes it for good',
  async () => {
    const { rounds, others, ledgers } = await loseValkey(program!, 1)
    expect(others).toEqual([])
    for (const { densest, during, after } of rounds) {
      expect(densest).toBeLessThanOrEqual(LIMIT + 1)
      expect(during).toBeGreaterThanOrEqual(LIMIT / 2)
      expect(after).toBeGreaterThanOrEqual(LIMIT / 2)
    }
    expect(ledgers.map(({ code }) => code)).toEqual([0, 0])
  },
  60_000,
)
