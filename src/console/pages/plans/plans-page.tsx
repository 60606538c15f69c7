/** What is for sale: each product with its tiers and its free trial. */
import { Button } from 'antd'
import { useState } from 'react'
import { type Mode, type Order, type Plan, PRODUCTS } from '../../api-types.ts'
import { move } from '../../navigation.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form } from '../../parts/form.tsx'
import { count, yuan } from '../../parts/format.ts'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { Tabs } from '../../tabs.tsx'
import { useDeed, useList } from '../../use-admin.ts'
import { AddPlan } from './add-plan.tsx'
import { PlanVersions } from './plan-versions.tsx'
import { Trial } from './trial.tsx'

export function PlansPage() {
  const { texts } = usePreferences()
  const { plans } = texts
  const { items, problem, reload } = useList<Plan>('/api/admin/plans')
  const isOperator = useMay('operator')
  const [wanted, setWanted] = useState<Plan>()
  const isStaff = useMay('operator', 'auditor')
  const [adding, setAdding] = useState(false)
  const [offers, setOffers] = useState(0)
  const offered = items?.filter(({ retiredAtMs }) => retiredAtMs === undefined)
  const byProduct = Map.groupBy(offered ?? [], ({ product }) => product)
  const products = PRODUCTS.filter((product) => byProduct.has(product))
  const add = isOperator && <Button onClick={() => setAdding(true)}>{plans.add}</Button>
  return (
    <Page title={plans.title} hint={plans.hint} action={add}>
      <ProblemNote problem={problem} onRetry={reload} />
      {offered === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
      {offered?.length === 0 && <Empty>{plans.empty}</Empty>}
      {products.length > 0 && (
        <Tabs
          label={plans.product}
          tabs={products.map((product) => ({
            key: product,
            label: texts.products[product],
            content: <Tiers tiers={byProduct.get(product) ?? []} onBuy={setWanted} />,
          }))}
        />
      )}
      {isStaff && <PlanVersions key={offers} onChange={reload} />}
      {wanted?.kind === 'package' && <Buy plan={wanted} onClose={() => setWanted(undefined)} />}
      {wanted?.kind === 'trial' && <Trial plan={wanted} onClose={() => setWanted(undefined)} />}
      {adding && (
        <AddPlan
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            setOffers(offers + 1)
            reload()
          }}
        />
      )}
    </Page>
  )
}

interface TiersProps {
  readonly tiers: readonly Plan[]
  onBuy(plan: Plan): void
}

/** What is for sale of one product, from the trial to the largest tier. */
function Tiers({ tiers, onBuy }: TiersProps) {
  const { texts } = usePreferences()
  const { plans } = texts
  const mayBuy = useMay('buyer_admin', 'buyer_finance', 'operator')
  const mayTry = useMay('buyer_admin', 'operator')
  return (
    <Card>
      <ul className="tiers">
        {tiers.map((plan) => (
          <li key={`${plan.name}@${plan.version}`} className="tier">
            <b>{plan.kind === 'trial' ? plans.trial : plans.units(count(plan.units))}</b>
            <strong>{plan.kind === 'trial' ? plans.free : yuan(plan.priceFen)}</strong>
            <small className="quiet">
              {plan.kind === 'trial'
                ? plans.units(count(plan.units))
                : plans.each((plan.priceFen / plan.units / 100).toFixed(4))}
              <br />
              {'years' in plan.validity
                ? plans.years(plan.validity.years)
                : plans.days(plan.validity.days)}
            </small>
            {(plan.kind === 'trial' ? mayTry : mayBuy) && (
              <Button onClick={() => onBuy(plan)}>
                {plan.kind === 'trial' ? plans.try : plans.buy}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Buy({ plan, onClose }: { readonly plan: Plan; onClose(): void }) {
  const { texts } = usePreferences()
  const { plans } = texts
  const scoped = useScoped()
  const [mode, setMode] = useState<Mode>('live')
  const { busy, problem, run } = useDeed<Order>()
  const send = async () => {
    const order = await run('POST', scoped('/api/admin/orders'), { plan: plan.name, mode })
    if (order !== undefined) move('/orders')
  }
  return (
    <Dialog
      title={`${texts.products[plan.product]} · ${plans.units(count(plan.units))}`}
      onClose={onClose}
    >
      <Form send={plans.place} busy={busy} problem={problem} fields={['mode']} onSend={send}>
        <p className="price">{yuan(plan.priceFen)}</p>
        <ChoiceField
          label={plans.mode}
          hint={plans.modeHint}
          name="mode"
          problem={problem}
          value={mode}
          options={[
            ['live', texts.modes.live],
            ['test', texts.modes.test],
          ]}
          onChange={setMode}
        />
        <p className="quiet">{plans.placeHint}</p>
      </Form>
    </Dialog>
  )
}
