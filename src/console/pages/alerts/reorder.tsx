/** Orders that are placed by themselves when units run low. */
import { Button } from 'antd'
import { useState } from 'react'
import { type AlertSettings, type Mode, type Plan, PRODUCTS } from '../../api-types.ts'
import { ALERTS_TEXTS } from '../../locale/pages/alerts.ts'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { count, yuan } from '../../parts/format.ts'
import { Card } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useDeed, useList } from '../../use-admin.ts'

type Rule = AlertSettings['reorders'][number]

interface ReorderProps {
  readonly rules: readonly Rule[]
  onDone(): void
}

const PATH = '/api/admin/alerts/reorder'

export function Reorder({ rules, onDone }: ReorderProps) {
  const own = useTexts(ALERTS_TEXTS)
  const mayOrder = useMay('buyer_admin', 'buyer_finance', 'operator')
  return (
    <Card title={own.reorder}>
      <p className="quiet">{own.reorderHint}</p>
      {rules.length > 0 && <Rules rules={rules} mayOrder={mayOrder} onDone={onDone} />}
      {mayOrder && <SetRule onDone={onDone} />}
    </Card>
  )
}

function Rules({ rules, mayOrder, onDone }: ReorderProps & { readonly mayOrder: boolean }) {
  const { texts } = usePreferences()
  const own = useTexts(ALERTS_TEXTS)
  const scoped = useScoped()
  const { busy, problem, run } = useDeed()
  const remove = async ({ product, mode }: Rule) => {
    const done = await run('DELETE', scoped(`${PATH}?product=${product}&mode=${mode}`))
    if (done !== undefined) onDone()
  }
  const columns: readonly Column<Rule>[] = [
    { title: own.plan, cell: ({ plan }) => <code>{plan}</code> },
    { title: own.mode, cell: ({ mode }) => texts.modes[mode] },
    { title: own.below, cell: ({ belowUnits }) => own.rule(count(belowUnits)) },
    {
      title: texts.action,
      cell: (rule) =>
        mayOrder ? (
          <Button size="small" danger disabled={busy} onClick={() => remove(rule)}>
            {own.remove}
          </Button>
        ) : (
          '—'
        ),
    },
  ]
  const keyOf = ({ product, mode }: Rule) => `${product} ${mode}`
  return (
    <>
      <ProblemNote problem={problem} />
      <Table label={own.reorder} columns={columns} items={rules} keyOf={keyOf} />
    </>
  )
}

function SetRule({ onDone }: Pick<ReorderProps, 'onDone'>) {
  const { texts } = usePreferences()
  const own = useTexts(ALERTS_TEXTS)
  const scoped = useScoped()
  const { items } = useList<Plan>('/api/admin/plans')
  const offers = new Map(
    (items ?? [])
      .filter(({ kind, retiredAtMs }) => kind === 'package' && retiredAtMs === undefined)
      .toSorted((one, other) => PRODUCTS.indexOf(one.product) - PRODUCTS.indexOf(other.product))
      .map(({ name, product, units, priceFen }) => [
        name,
        `${texts.products[product]} · ${texts.plans.units(count(units))} · ${yuan(priceFen)}`,
      ]),
  )
  const [chosen, setChosen] = useState<string>()
  const [mode, setMode] = useState<Mode>('live')
  const [below, setBelow] = useState('1000')
  const { busy, problem, run } = useDeed()
  const plan = chosen ?? offers.keys().next().value
  const send = async () => {
    const done = await run('PUT', scoped(PATH), { plan, mode, belowUnits: Number(below) })
    if (done !== undefined) onDone()
  }
  if (items === undefined) return null
  if (plan === undefined) return <p>{own.noPlans}</p>
  const fields = ['plan', 'mode', 'belowUnits']
  return (
    <Form minor send={own.set} busy={busy} problem={problem} fields={fields} onSend={send}>
      <ChoiceField
        label={own.plan}
        name="plan"
        problem={problem}
        value={plan}
        options={[...offers]}
        onChange={setChosen}
      />
      <ChoiceField
        label={own.mode}
        name="mode"
        problem={problem}
        value={mode}
        options={[
          ['live', texts.modes.live],
          ['test', texts.modes.test],
        ]}
        onChange={setMode}
      />
      <TextField
        label={own.below}
        name="belowUnits"
        type="number"
        problem={problem}
        value={below}
        required
        onChange={setBelow}
      />
    </Form>
  )
}
