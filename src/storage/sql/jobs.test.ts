import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { takeTurn } from './jobs.ts'

const EVERY_MS = 60_000

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('of many nodes one runs a job, and again when its time has come', async () => {
    const engine = await open()
    const turns = async (nowMs: number) => {
      const nodes = Array.from({ length: 5 }, () =>
        takeTurn(engine, 'alerts', { everyMs: EVERY_MS, nowMs }),
      )
      return (await Promise.all(nodes)).filter((mine) => mine).length
    }
    expect(await turns(1_000_000)).toBe(1)
    expect(await turns(1_000_000 + EVERY_MS - 1)).toBe(0)
    expect(await turns(1_000_000 + EVERY_MS)).toBe(1)
    expect(await takeTurn(engine, 'bills', { everyMs: EVERY_MS, nowMs: 1_000_000 })).toBe(true)
  })

  test('a job goes on after the clock was stepped back', async () => {
    const engine = await open()
    const turn = (nowMs: number) => takeTurn(engine, 'alerts', { everyMs: EVERY_MS, nowMs })
    expect(await turn(10 * EVERY_MS)).toBe(true)
    expect(await turn(EVERY_MS)).toBe(true)
    expect(await turn(EVERY_MS + 1)).toBe(false)
  })
})
