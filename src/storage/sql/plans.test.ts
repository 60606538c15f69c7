import { describe, expect, test } from 'vitest'
import { deedAt, openSale, SALE_START_MS } from '../../../test/support/sale.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import type { PlanDraft } from '../../billing/plan.ts'
import { addPlan, listPlans, planForSale, planOrdered, retirePlan, seedPlans } from './plans.ts'

const DEED = deedAt(SALE_START_MS)
const DRAFT: PlanDraft = {
  name: 'card4-1200',
  kind: 'package',
  product: 'card4',
  units: 1_200,
  priceFen: 45_000,
  validity: { days: 365 },
  ratePerSecond: 50,
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('a first start offers five packages and a trial of each product, a second nothing more', async () => {
    const engine = await openSale(open)
    await seedPlans(engine, SALE_START_MS)
    const plans = await listPlans(engine.queries, true)
    expect(plans).toHaveLength(30)
    expect(plans.filter(({ product }) => product === 'card4').map(({ name }) => name)).toEqual([
      'card4-trial',
      'card4-1200',
      'card4-6000',
      'card4-10000',
      'card4-18000',
      'card4-40000',
    ])
  })

  test('a changed plan is a new version, and what was ordered keeps the old one', async () => {
    const engine = await openSale(open)
    expect(await addPlan(engine, DRAFT, DEED)).toEqual({ ...DRAFT, version: 2 })
    expect(await planForSale(engine.queries, DRAFT.name)).toMatchObject({ ...DRAFT, version: 2 })
    expect(await planOrdered(engine.queries, { name: DRAFT.name, version: 1 })).toMatchObject({
      priceFen: 50_000,
      validity: { years: 2 },
    })
    const names = (await listPlans(engine.queries)).map(({ name, version }) => `${name}@${version}`)
    expect(names).toContain('card4-1200@2')
    expect(names).not.toContain('card4-1200@1')
  })

  test('a retired plan is not for sale until a new version is offered', async () => {
    const engine = await openSale(open)
    expect(await retirePlan(engine, DRAFT.name, DEED)).toMatchObject({ retiredAtMs: DEED.atMs })
    expect(await retirePlan(engine, DRAFT.name, DEED)).toBe('plan_unknown')
    expect(await planForSale(engine.queries, DRAFT.name)).toBeUndefined()
    expect(await addPlan(engine, DRAFT, DEED)).toMatchObject({ version: 2 })
    expect(await planForSale(engine.queries, DRAFT.name)).toMatchObject({ version: 2 })
  })

  test('who changes the same plan at the same moment gets a version of his own', async () => {
    const engine = await openSale(open)
    const added = await Promise.all([1, 2, 3].map(() => addPlan(engine, DRAFT, DEED)))
    const versions = added.map((plan) => (typeof plan === 'string' ? plan : plan.version))
    expect(versions.sort()).toEqual([2, 3, 4])
  })

  test('a refused plan leaves nothing behind', async () => {
    const engine = await openSale(open)
    expect(await addPlan(engine, { ...DRAFT, product: 'card3' }, DEED)).toBe('plan_differs_in_kind')
    expect(await listPlans(engine.queries, true)).toHaveLength(30)
    expect(await engine.queries.selectFrom('audit').selectAll().execute()).toEqual([])
  })
})
