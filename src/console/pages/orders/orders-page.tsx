/** Orders: what was ordered and what became of it; an operator confirms payments here. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Order, OrderState } from '../../api-types.ts'
import { count, yuan } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment, PageLink, type Tone } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { OrderDialog } from './order-dialog.tsx'

const TONES: Readonly<Record<OrderState, Tone>> = {
  placed: 'busy',
  paid: 'good',
  cancelled: 'plain',
  partly_refunded: 'plain',
  refunded: 'plain',
}

export function OrdersPage() {
  const { texts } = usePreferences()
  const { orders } = texts
  const scoped = useScoped()
  const listing = useList<Order>(scoped('/api/admin/orders'))
  const isOperator = useMay('operator')
  const mayCancel = useMay('buyer_admin', 'buyer_finance', 'operator')
  const [opened, setOpened] = useState<Order>()
  const hasDeed = ({ state, kind }: Order) =>
    (state === 'placed' && mayCancel) ||
    (isOperator && kind === 'package' && (state === 'paid' || state === 'partly_refunded'))
  const columns: readonly Column<Order>[] = [
    { title: orders.what, cell: (order) => <What order={order} /> },
    {
      title: orders.amount,
      numeric: true,
      cell: ({ amountFen, refundedFen }) => (
        <>
          {amountFen === 0 ? texts.plans.free : yuan(amountFen)}
          {refundedFen > 0 && <small className="under">{orders.refunded(yuan(refundedFen))}</small>}
        </>
      ),
    },
    {
      title: orders.state,
      cell: ({ state }) => <Mark tone={TONES[state]}>{orders.states[state]}</Mark>,
    },
    {
      title: orders.placed,
      cell: ({ placedAtMs, paidAtMs }) => (
        <>
          <Moment ms={placedAtMs} />
          {paidAtMs !== undefined && (
            <small className="under">
              {orders.paid} <Moment ms={paidAtMs} />
            </small>
          )}
        </>
      ),
    },
    { title: texts.id, cell: ({ id }) => <Id>{id}</Id> },
    {
      title: texts.action,
      cell: (order) =>
        hasDeed(order) ? (
          <Button size="small" onClick={() => setOpened(order)}>
            {orders.manage}
          </Button>
        ) : (
          '—'
        ),
    },
  ]
  const buy = <PageLink to="/plans">{orders.buy}</PageLink>
  return (
    <Page title={orders.title} hint={orders.hint} action={buy}>
      <Card>
        <ListTable
          label={orders.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={orders.empty}
          emptyAction={buy}
        />
      </Card>
      {opened && (
        <OrderDialog
          order={opened}
          onClose={() => setOpened(undefined)}
          onDone={() => {
            setOpened(undefined)
            listing.reload()
          }}
        />
      )}
    </Page>
  )
}

function What({ order: { kind, product, mode, units, month } }: { readonly order: Order }) {
  const { texts } = usePreferences()
  return (
    <>
      {texts.products[product]}
      <small className="under">
        {[texts.orders.kinds[kind], month, texts.plans.units(count(units)), texts.modes[mode]]
          .filter(Boolean)
          .join(' · ')}
      </small>
    </>
  )
}
