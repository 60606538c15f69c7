/** All versions of all plans, as operators keep them; the newest of a name can be taken off sale. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Plan } from '../../api-types.ts'
import { PLAN_TEXTS } from '../../locale/pages/plans.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Form } from '../../parts/form.tsx'
import { count, yuan } from '../../parts/format.ts'
import { Card } from '../../parts/page.tsx'
import { ProblemWords } from '../../parts/problem-note.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Mark, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useDeed, useList } from '../../use-admin.ts'

type PlanVersion = Plan & { readonly createdAtMs?: number }

interface PlanVersionsProps {
  onChange(): void
}

export function PlanVersions({ onChange }: PlanVersionsProps) {
  const { texts } = usePreferences()
  const words = useTexts(PLAN_TEXTS)
  const isOperator = useMay('operator')
  const listing = useList<PlanVersion>('/api/admin/plans?all=true')
  const [retiring, setRetiring] = useState<PlanVersion>()
  const newest = newestVersions(listing.items ?? [])
  const isOnSale = (plan: PlanVersion) =>
    plan.retiredAtMs === undefined && newest.get(plan.name) === plan.version
  const columns: readonly Column<PlanVersion>[] = [
    {
      title: words.name,
      cell: ({ name, version }) => (
        <>
          <b>{name}</b> <span className="quiet">v{version}</span>
        </>
      ),
    },
    { title: words.product, cell: ({ product }) => texts.products[product] },
    { title: words.units, numeric: true, cell: ({ units }) => count(units) },
    { title: words.price, numeric: true, cell: ({ priceFen }) => yuan(priceFen) },
    { title: words.created, cell: ({ createdAtMs }) => <Moment ms={createdAtMs} /> },
    { title: words.state, cell: (plan) => <StateMark plan={plan} isOnSale={isOnSale(plan)} /> },
  ]
  const acts: Column<PlanVersion> = {
    title: texts.action,
    cell: (plan) =>
      isOnSale(plan) && (
        <Button size="small" danger onClick={() => setRetiring(plan)}>
          {words.retire}
        </Button>
      ),
  }
  return (
    <ProblemWords value={words.problems}>
      <Card>
        <details>
          <summary>
            {words.versions} <span className="quiet">{words.versionsHint}</span>
          </summary>
          <ListTable
            label={words.versions}
            columns={isOperator ? [...columns, acts] : columns}
            listing={listing}
            keyOf={({ name, version }) => `${name} ${version}`}
            empty={texts.plans.empty}
          />
        </details>
      </Card>
      {retiring !== undefined && (
        <Retire
          plan={retiring}
          onClose={() => setRetiring(undefined)}
          onDone={() => {
            setRetiring(undefined)
            listing.reload()
            onChange()
          }}
        />
      )}
    </ProblemWords>
  )
}

function newestVersions(plans: readonly PlanVersion[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>()
  for (const { name, version } of plans) {
    newest.set(name, Math.max(version, newest.get(name) ?? 0))
  }
  return newest
}

function StateMark({ plan, isOnSale }: { readonly plan: PlanVersion; readonly isOnSale: boolean }) {
  const words = useTexts(PLAN_TEXTS)
  if (isOnSale) return <Mark tone="good">{words.onSale}</Mark>
  return <Mark tone="plain">{plan.retiredAtMs === undefined ? words.older : words.offSale}</Mark>
}

interface RetireProps {
  readonly plan: PlanVersion
  onClose(): void
  onDone(): void
}

function Retire({ plan: { name }, onClose, onDone }: RetireProps) {
  const words = useTexts(PLAN_TEXTS)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `/api/admin/plans/${name}/retirement`, {})) !== undefined) onDone()
  }
  return (
    <Dialog title={`${words.retire} · ${name}`} onClose={onClose}>
      <Form danger send={words.retire} busy={busy} problem={problem} fields={[]} onSend={send}>
        <p>{words.retireHint}</p>
      </Form>
    </Dialog>
  )
}
