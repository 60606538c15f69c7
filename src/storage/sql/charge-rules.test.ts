import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import type { ChargeOrder } from '../../billing/charge-rules.ts'
import { createAliyun } from '../../protocols/aliyun/index.ts'
import { addChargeRevision, readChargeRevisions } from './charge-rules.ts'

const TABLES = createAliyun().charges
const DEED = { actor: 'test', atMs: 1_800_000_000_000 }
const ORDER: ChargeOrder = {
  api: 'aliyun.1887',
  charge: ['card_lost'],
  free: [],
  effectiveFromMs: DEED.atMs,
  reason: 'contract',
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('versions follow each other, each with its audit line', async () => {
    const engine = await open()
    const second = await addChargeRevision(engine, TABLES, ORDER, DEED)
    const third = await addChargeRevision(
      engine,
      TABLES,
      { ...ORDER, charge: [], free: ['mismatch'] },
      DEED,
    )
    expect(await readChargeRevisions(engine.queries)).toEqual([second, third])
    expect(third).toMatchObject({
      version: 3,
      charged: expect.arrayContaining(['match', 'card_lost', 'card_expired']),
    })
    const audit = await engine.queries.selectFrom('audit').selectAll().execute()
    expect(audit.map(({ action, subject }) => [action, subject])).toEqual([
      ['charge_rule.add', 'aliyun.1887'],
      ['charge_rule.add', 'aliyun.1887'],
    ])
  })

  test('a refused order leaves neither a version nor a line', async () => {
    const engine = await open()
    const wish = { ...ORDER, charge: ['source_busy'] as const }
    expect(await addChargeRevision(engine, TABLES, wish, DEED)).toBe('never_charged')
    expect(await readChargeRevisions(engine.queries)).toEqual([])
    expect(await engine.queries.selectFrom('audit').selectAll().execute()).toEqual([])
  })
})
