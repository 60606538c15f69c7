/** The routes with their health, and what an operator does with one of them. */
import { Button } from 'antd'
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Form } from '../../parts/form.tsx'
import { count } from '../../parts/format.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Mark } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'
import { exactYuan } from './money.ts'
import { AddRoute, ChangeRoute } from './route-forms.tsx'
import { RouteTrials } from './route-trials.tsx'
import type { BreakerState, Route, RouteHealth, Vendors } from './vendor-types.ts'

export interface VendorTabProps {
  readonly vendors: Vendors
  onChange(): void
}

const TONES = { closed: 'good', open: 'bad', half_open: 'busy' } as const

type Opened = 'new' | { readonly act: 'change' | 'remove' | 'try'; readonly route: Route }

export function RoutesTab({ vendors, onChange }: VendorTabProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const isOperator = useMay('operator')
  const [opened, setOpened] = useState<Opened>()
  const healthOf = new Map(vendors.health.map((health) => [health.route, health]))
  const close = () => setOpened(undefined)
  const finish = () => {
    close()
    onChange()
  }
  const add = isOperator && (
    <Button type="primary" onClick={() => setOpened('new')}>
      {words.add}
    </Button>
  )
  const columns: readonly Column<Route>[] = [
    { title: words.name, cell: (route) => <RouteName route={route} /> },
    { title: words.state, cell: ({ name }) => <StateMark state={healthOf.get(name)?.state} /> },
    { title: words.median, cell: ({ name }) => <Answers health={healthOf.get(name)} /> },
    {
      title: words.load,
      numeric: true,
      cell: ({ name }) => {
        const { inFlight = 0, waiting = 0 } = healthOf.get(name) ?? {}
        return `${count(inFlight)} / ${count(waiting)}`
      },
    },
    {
      title: words.rank,
      numeric: true,
      cell: ({ tier, weight }) => `${tier} / ${count(weight)}`,
    },
    { title: words.prices, cell: ({ prices }) => <Prices of={prices} /> },
  ]
  const acts: Column<Route> = {
    title: texts.action,
    cell: (route) => (
      <div className="row">
        <Button size="small" onClick={() => setOpened({ act: 'try', route })}>
          {words.reach}
        </Button>
        <Button size="small" onClick={() => setOpened({ act: 'change', route })}>
          {words.change}
        </Button>
        <Button size="small" danger onClick={() => setOpened({ act: 'remove', route })}>
          {words.remove}
        </Button>
      </div>
    ),
  }
  return (
    <Card title={words.tabs.routes} action={vendors.routes.length > 0 && add}>
      {vendors.routes.length === 0 && <Empty action={add}>{words.none}</Empty>}
      {vendors.routes.length > 0 && (
        <>
          <Table
            label={words.tabs.routes}
            columns={isOperator ? [...columns, acts] : columns}
            items={vendors.routes}
            keyOf={({ name }) => name}
          />
          <p className="quiet">{words.node(vendors.node)}</p>
        </>
      )}
      {opened === 'new' && <AddRoute vendors={vendors} onClose={close} onDone={finish} />}
      {typeof opened === 'object' && opened.act === 'change' && (
        <ChangeRoute vendors={vendors} route={opened.route} onClose={close} onDone={finish} />
      )}
      {typeof opened === 'object' && opened.act === 'remove' && (
        <RemoveRoute route={opened.route} onClose={close} onDone={finish} />
      )}
      {typeof opened === 'object' && opened.act === 'try' && (
        <RouteTrials vendors={vendors} route={opened.route} onClose={close} />
      )}
    </Card>
  )
}

function RouteName({ route }: { readonly route: Route }) {
  const { name, vendor, credentialId, endpoint } = route
  return (
    <>
      <b>{name}</b>
      <span className="under">
        {vendor}
        {credentialId !== '' && (
          <>
            {' · '}
            <code>{credentialId}</code>
          </>
        )}
      </span>
      {endpoint !== undefined && <span className="under breakable">{endpoint}</span>}
    </>
  )
}

function StateMark({ state }: { readonly state: BreakerState | undefined }) {
  const { states } = useTexts(VENDOR_TEXTS)
  if (state === undefined) return <Mark tone="plain">{states.unseen}</Mark>
  return <Mark tone={TONES[state]}>{states[state]}</Mark>
}

function Answers({ health }: { readonly health: RouteHealth | undefined }) {
  const words = useTexts(VENDOR_TEXTS)
  if (health === undefined || health.medianMs === 0) return words.noMedian
  return `${count(Math.round(health.medianMs))} ms`
}

/** A price, or a line for each step. */
function Prices({ of: steps }: { readonly of: Route['prices'] }) {
  return steps.map(({ fromCalls, costCentifen }, at) => (
    <span key={fromCalls} className={at === 0 ? undefined : 'under'}>
      {at > 0 && `≥ ${count(fromCalls)}: `}
      {exactYuan(costCentifen)}
    </span>
  ))
}

interface RemoveRouteProps {
  readonly route: Route
  onClose(): void
  onDone(): void
}

function RemoveRoute({ route: { name }, onClose, onDone }: RemoveRouteProps) {
  const words = useTexts(VENDOR_TEXTS)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('DELETE', `/api/admin/vendors/routes/${name}`)) !== undefined) onDone()
  }
  return (
    <Dialog title={`${words.remove} · ${name}`} onClose={onClose}>
      <Form danger send={words.remove} busy={busy} problem={problem} fields={[]} onSend={send}>
        <p>{words.removeHint}</p>
      </Form>
    </Dialog>
  )
}
