/** The form for an invoice: which orders, whom it is made out to, where it goes. */
import { useState } from 'react'
import type { InvoiceTitle } from '../../api-types.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { yuan } from '../../parts/format.ts'
import { Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { usePreferences } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useDeed, useList } from '../../use-admin.ts'
import { KeepTitle, SavedTitles, useTitles } from './saved-titles.tsx'

interface InvoiceableOrder {
  readonly orderId: string
  readonly amountFen: number
}

interface RequestInvoiceProps {
  onClose(): void
  onDone(): void
}

const ORDINARY = ['title', 'taxNumber'] as const
const SPECIAL = [...ORDINARY, 'address', 'phone', 'bankName', 'bankAccount'] as const
const FIELDS = ['title', 'delivery', 'orderIds']

export function RequestInvoice({ onClose, onDone }: RequestInvoiceProps) {
  const { texts } = usePreferences()
  const { invoices } = texts
  const scoped = useScoped()
  const orders = useList<InvoiceableOrder>(scoped('/api/admin/invoices/orders'))
  const [kind, setKind] = useState<'ordinary' | 'special'>('ordinary')
  const [title, setTitle] = useState<InvoiceTitle>({ title: '', taxNumber: '' })
  const titles = useTitles()
  const [keeps, setKeeps] = useState(false)
  const [email, setEmail] = useState('')
  const [ticked, setTicked] = useState<ReadonlySet<string>>()
  // Where there is but one order, that is the one.
  const only = orders.items?.length === 1 ? [orders.items[0]!.orderId] : []
  const chosen = ticked ?? new Set(only)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const filled = Object.entries(title).filter(([, text]) => text !== '')
    const done = await run('POST', scoped('/api/admin/invoices'), {
      kind,
      title: Object.fromEntries(filled),
      delivery: { emails: email === '' ? [] : [email] },
      orderIds: [...chosen],
    })
    if (done === undefined) return
    if (keeps) await titles.keep(Object.fromEntries(filled))
    onDone()
  }
  const toggle = (orderId: string) => {
    const next = new Set(chosen)
    if (!next.delete(orderId)) next.add(orderId)
    setTicked(next)
  }
  return (
    <Dialog title={invoices.request} onClose={onClose}>
      <ProblemNote problem={orders.problem} onRetry={orders.reload} />
      {orders.items?.length === 0 && <Empty>{invoices.noOrders}</Empty>}
      {orders.items !== undefined && orders.items.length > 0 && (
        <Form send={invoices.send} busy={busy} problem={problem} fields={FIELDS} onSend={send}>
          <OrderTicks orders={orders.items} chosen={chosen} onToggle={toggle} />
          <ChoiceField
            label={invoices.kind}
            name="kind"
            problem={problem}
            value={kind}
            options={[
              ['ordinary', invoices.kinds.ordinary],
              ['special', invoices.kinds.special],
            ]}
            onChange={setKind}
          />
          <SavedTitles of={titles} onChoose={setTitle} />
          {(kind === 'special' ? SPECIAL : ORDINARY).map((field) => (
            <TextField
              key={field}
              label={invoices.fields[field]}
              name={`title.${field}`}
              problem={problem}
              value={title[field] ?? ''}
              required
              onChange={(text) => setTitle({ ...title, [field]: text })}
            />
          ))}
          <KeepTitle checked={keeps} onChange={setKeeps} />
          <TextField
            label={invoices.email}
            hint={invoices.emailHint}
            name="delivery"
            type="email"
            problem={problem}
            value={email}
            onChange={setEmail}
          />
        </Form>
      )}
    </Dialog>
  )
}

interface OrderTicksProps {
  readonly orders: readonly InvoiceableOrder[]
  readonly chosen: ReadonlySet<string>
  onToggle(orderId: string): void
}

function OrderTicks({ orders, chosen, onToggle }: OrderTicksProps) {
  const { invoices } = usePreferences().texts
  const sumFen = orders
    .filter(({ orderId }) => chosen.has(orderId))
    .reduce((all, { amountFen }) => all + amountFen, 0)
  return (
    <fieldset className="ticks">
      <legend>{invoices.ordersOf(yuan(sumFen))}</legend>
      {orders.map(({ orderId, amountFen }) => (
        <label key={orderId}>
          <input type="checkbox" checked={chosen.has(orderId)} onChange={() => onToggle(orderId)} />
          <code>{orderId}</code> {yuan(amountFen)}
        </label>
      ))}
    </fieldset>
  )
}
