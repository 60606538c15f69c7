/** Grants as a table: in the order in which they are spent, or those that cannot be any more. */
import type { ReactNode } from 'react'
import type { Grant } from '../api-types.ts'
import { usePreferences } from '../preferences.ts'
import { count, daysUntil } from './format.ts'
import { Card } from './page.tsx'
import { type Column, Table } from './table.tsx'
import { Id, Mark, Moment } from './values.tsx'

/** An end nearer than this is marked. */
const NEAR_DAYS = 30
/** What the service writes itself as the reason of a grant. */
const ORDER = /^order (\S+)$/

interface GrantTableProps {
  readonly label: string
  readonly grants: readonly Grant[]
  /** What can be done with one of them. */
  readonly action?: ((grant: Grant) => ReactNode) | undefined
}

export function GrantTable({ label, grants, action }: GrantTableProps) {
  const { texts } = usePreferences()
  const { packages } = texts
  const columns: readonly Column<Grant>[] = [
    { title: packages.grant, cell: ({ id }) => `#${id}` },
    { title: packages.reason, cell: ({ reason }) => <Reason of={reason} /> },
    { title: packages.remaining, numeric: true, cell: (grant) => <Remaining of={grant} /> },
    { title: packages.reserved, numeric: true, cell: ({ reserved }) => count(reserved) },
    { title: packages.used, numeric: true, cell: ({ used }) => count(used) },
    { title: packages.ends, cell: ({ expiresAtMs }) => <End atMs={expiresAtMs} /> },
    ...(action === undefined ? [] : [{ title: texts.action, cell: action }]),
  ]
  return <Table label={label} columns={columns} items={grants} keyOf={({ id }) => id} />
}

/** The grants that can be spent, product by product; the first of each is spent first. */
export function BurnOrder({ grants, action }: Omit<GrantTableProps, 'label'>) {
  const { texts } = usePreferences()
  const pools = Map.groupBy(
    grants,
    ({ product, mode }) => `${texts.products[product]} · ${texts.modes[mode]}`,
  )
  return [...pools].map(([title, pool]) => {
    const left = pool.reduce((sum, { available }) => sum + available, 0)
    return (
      <Card key={title} title={title} action={<b>{texts.packages.left(count(left))}</b>}>
        <GrantTable label={title} grants={pool} action={action} />
      </Card>
    )
  })
}

/** Why units were granted: the order that was paid, or what somebody wrote. */
function Reason({ of: reason }: { readonly of: string }) {
  const { packages } = usePreferences().texts
  const orderId = ORDER.exec(reason)?.[1]
  if (orderId === undefined) return reason
  return (
    <>
      {packages.ofOrder} <Id>{orderId}</Id>
    </>
  )
}

function End({ atMs }: { readonly atMs: number }) {
  const { packages } = usePreferences().texts
  const nowMs = Date.now()
  const isNear = atMs > nowMs && daysUntil(atMs, nowMs) < NEAR_DAYS
  return (
    <>
      <Moment ms={atMs} />{' '}
      {isNear && <Mark tone="busy">{packages.days(daysUntil(atMs, nowMs))}</Mark>}
    </>
  )
}

/** How much is left; the bar repeats for the eye what the numbers say. */
function Remaining({ of: { available, units, withdrawn } }: { readonly of: Grant }) {
  const capacity = units - withdrawn
  const percent = capacity === 0 ? 0 : (100 * available) / capacity
  return (
    <>
      {count(available)} / {count(capacity)}
      <span className="bar" aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
    </>
  )
}
