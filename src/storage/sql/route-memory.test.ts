/** What late verdicts and double pay promise on every engine: durable, and taken once by all nodes. */
import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { DoublePayBudget } from '../../sources/upstream/double-pays.ts'
import { LATE_KEPT_MS, LateVerdicts } from '../../sources/upstream/late-verdicts.ts'
import { forgetDoublePays, SqlDoublePays } from './double-pays.ts'
import type { SqlEngine } from './engine.ts'
import { SqlLateVerdicts } from './late-verdicts.ts'

const NOW_MS = Date.parse('2026-11-22T10:00:00+08:00')
const DAY_MS = 86_400_000
const TOKEN = '\0ÿ23456789abcdef'

function lateOn({ queries }: SqlEngine) {
  return new LateVerdicts(new SqlLateVerdicts(queries))
}

function budgetOn(engine: SqlEngine) {
  return new DoublePayBudget(new SqlDoublePays(engine))
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('a late verdict outlives its node, and of many who ask at once one is given it', async () => {
    const engine = await open()
    await lateOn(engine).keep(TOKEN, 'card_lost', NOW_MS)
    const nodes = Array.from({ length: 4 }, () => lateOn(engine))
    for (const node of nodes) await node.look(NOW_MS + 1)
    expect(nodes.map((node) => node.has(TOKEN, NOW_MS + 1))).toEqual(nodes.map(() => true))
    const given = await Promise.all(nodes.map((node) => node.take(TOKEN, NOW_MS + 1)))
    expect(given.filter((outcome) => outcome !== undefined)).toEqual(['card_lost'])
  })

  test('of two verdicts under one token the younger stays, and none for longer than ten minutes', async () => {
    const engine = await open()
    const late = lateOn(engine)
    await late.keep(TOKEN, 'match', NOW_MS)
    await late.keep(TOKEN, 'mismatch', NOW_MS + 1_000)
    expect(await late.take(TOKEN, NOW_MS + 1_000 + LATE_KEPT_MS)).toBeUndefined()
    expect(await late.take(TOKEN, NOW_MS + LATE_KEPT_MS)).toBe('mismatch')
    await late.keep(TOKEN, 'match', NOW_MS)
    await late.forget(NOW_MS + LATE_KEPT_MS + 1)
    expect(await engine.queries.selectFrom('late_verdict').selectAll().execute()).toEqual([])
  })

  test('double pay is a share of what all nodes have counted, whoever takes at once', async () => {
    const engine = await open()
    const nodes = [budgetOn(engine), budgetOn(engine)]
    for (const node of nodes) {
      for (let n = 0; n < 150; n++) node.called('acc_1', NOW_MS)
      await node.flush()
    }
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, i) => nodes[i % 2]!.take('acc_1', 0.01, NOW_MS)),
    )
    expect(taken.filter((took) => took)).toHaveLength(3)
    expect(await nodes[0]!.take('acc_2', 0.01, NOW_MS)).toBe(false)
    expect(await nodes[0]!.take('acc_1', 0.01, NOW_MS + DAY_MS)).toBe(false)
  })

  test('what a crash forgets of the calls makes the budget smaller, and what was spent stays spent', async () => {
    const engine = await open()
    const first = budgetOn(engine)
    for (let n = 0; n < 100; n++) first.called('acc_1', NOW_MS)
    expect(await first.take('acc_1', 0.01, NOW_MS)).toBe(true)
    for (let n = 0; n < 100; n++) first.called('acc_1', NOW_MS)
    const second = budgetOn(engine)
    expect(await second.take('acc_1', 0.01, NOW_MS)).toBe(false)
    await first.flush()
    expect(await second.take('acc_1', 0.01, NOW_MS)).toBe(true)
    await forgetDoublePays(engine.queries, 1_000_000)
    expect(await second.take('acc_1', 0.01, NOW_MS)).toBe(false)
  })
})
