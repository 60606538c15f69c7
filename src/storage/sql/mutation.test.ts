import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import type { SqlEngine } from './engine.ts'
import { writeMeta } from './meta.ts'
import { mutate } from './mutation.ts'

const DAY_MS = 86_400_000
const LINE = { action: 'thing.change', subject: 'thing 1', detail: 'why' }

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  /** Counts how often it really happened, and tells the count. */
  function counting(engine: SqlEngine) {
    let times = 0
    return (atMs: number, request = 'a', key = 'k', actor = 'somebody') => {
      const deed = { actor, atMs, idempotency: { key, request } }
      return mutate(engine, { ...LINE, deed }, async ({ queries }) => {
        times += 1
        await writeMeta(queries, 'times', String(times))
        return { times }
      })
    }
  }

  const lines = (engine: SqlEngine) => engine.queries.selectFrom('audit').selectAll().execute()

  test('a change and its line are kept together', async () => {
    const engine = await open()
    const deed = { actor: 'somebody', atMs: 5 }
    const subject = ({ id }: { id: number }) => `thing ${id}`
    const result = await mutate(engine, { ...LINE, subject, deed }, async () => ({ id: 7 }))
    expect(result).toEqual({ id: 7 })
    expect(await lines(engine)).toMatchObject([
      { actor: 'somebody', at_ms: 5, action: 'thing.change', subject: 'thing 7', detail: 'why' },
    ])
  })

  test('a refusal and an exception take everything back, and leave no line', async () => {
    const engine = await open()
    const deed = { actor: 'somebody', atMs: 5, idempotency: { key: 'k', request: 'a' } }
    const refused = await mutate(engine, { ...LINE, deed }, async ({ queries }) => {
      await writeMeta(queries, 'done', 'yes')
      return 'not_today'
    })
    expect(refused).toBe('not_today')
    const failed = mutate(engine, { ...LINE, deed }, async ({ queries }) => {
      await writeMeta(queries, 'done', 'yes')
      throw new Error('broken')
    })
    await expect(failed).rejects.toThrow('broken')
    expect(await engine.queries.selectFrom('meta').selectAll().execute()).toEqual([])
    expect(await engine.queries.selectFrom('idempotency').selectAll().execute()).toEqual([])
    expect(await lines(engine)).toEqual([])
  })

  test('the same key with the same request gets the first answer, for a day', async () => {
    const engine = await open()
    const change = counting(engine)
    expect(await change(0)).toEqual({ times: 1 })
    expect(await change(DAY_MS)).toEqual({ times: 1 })
    expect(await lines(engine)).toHaveLength(1)
    expect(await change(DAY_MS + 1)).toEqual({ times: 2 })
  })

  test('the same key with another request is refused; keys of two actors do not meet', async () => {
    const engine = await open()
    const change = counting(engine)
    await change(0)
    await expect(change(1, 'b')).rejects.toThrow('idempotency_conflict')
    expect(await change(1, 'b', 'k', 'somebody else')).toEqual({ times: 2 })
    expect(await change(1, 'b', 'another key')).toEqual({ times: 3 })
  })

  test('of the same wish at the same time one happens, and all get its answer', async () => {
    const engine = await open()
    const change = counting(engine)
    const answers = await Promise.all([change(0), change(0), change(0)])
    expect(answers).toEqual([{ times: 1 }, { times: 1 }, { times: 1 }])
    expect(await lines(engine)).toHaveLength(1)
  })
})
