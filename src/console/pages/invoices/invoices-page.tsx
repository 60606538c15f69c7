/** Invoices: asked for over paid orders; an operator issues or rejects them here. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Invoice, InvoiceState } from '../../api-types.ts'
import { yuan } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment, type Tone } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { InvoiceDialog } from './invoice-dialog.tsx'
import { RequestInvoice } from './request-invoice.tsx'

const TONES: Readonly<Record<InvoiceState, Tone>> = {
  processing: 'busy',
  issued: 'good',
  rejected: 'bad',
  withdrawn: 'plain',
  reversed: 'plain',
}

export function InvoicesPage() {
  const { texts } = usePreferences()
  const { invoices } = texts
  const scoped = useScoped()
  const listing = useList<Invoice>(scoped('/api/admin/invoices'))
  const mayAsk = useMay('buyer_admin', 'buyer_finance', 'operator')
  const [opened, setOpened] = useState<Invoice | 'new'>()
  const finish = () => {
    setOpened(undefined)
    listing.reload()
  }
  const request = mayAsk && (
    <Button type="primary" onClick={() => setOpened('new')}>
      {invoices.request}
    </Button>
  )
  const columns: readonly Column<Invoice>[] = [
    {
      title: invoices.invoiceTitle,
      cell: ({ id, title, kind }) => (
        <>
          {title.title}
          <small className="under">
            {invoices.kinds[kind]} · <Id>{id}</Id>
          </small>
        </>
      ),
    },
    { title: texts.orders.amount, numeric: true, cell: ({ amountFen }) => yuan(amountFen) },
    {
      title: texts.orders.state,
      cell: ({ state, reason }) => (
        <>
          <Mark tone={TONES[state]}>{invoices.states[state]}</Mark>
          {reason !== undefined && <small className="under">{reason}</small>}
        </>
      ),
    },
    { title: invoices.number, cell: ({ number }) => (number ? <Id>{number}</Id> : '—') },
    { title: invoices.requested, cell: ({ requestedAtMs }) => <Moment ms={requestedAtMs} /> },
    {
      title: texts.action,
      cell: (invoice) => (
        <Button size="small" onClick={() => setOpened(invoice)}>
          {invoices.open}
        </Button>
      ),
    },
  ]
  return (
    <Page title={invoices.title} hint={invoices.hint} action={request}>
      <Card>
        <ListTable
          label={invoices.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={invoices.empty}
          emptyAction={request}
        />
      </Card>
      {opened === 'new' && <RequestInvoice onClose={() => setOpened(undefined)} onDone={finish} />}
      {opened !== undefined && opened !== 'new' && (
        <InvoiceDialog invoice={opened} onClose={() => setOpened(undefined)} onDone={finish} />
      )}
    </Page>
  )
}
