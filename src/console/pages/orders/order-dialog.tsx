/** What can be done with an order: pay it, cancel it, give back what is unused. */
import { useState } from 'react'
import type { Order } from '../../api-types.ts'
import { ORDER_TEXTS } from '../../locale/pages/orders.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Form, ReasonField, TextField } from '../../parts/form.tsx'
import { yuan } from '../../parts/format.ts'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { type Tab, Tabs } from '../../tabs.tsx'
import { useDeed } from '../../use-admin.ts'

interface OrderDialogProps {
  readonly order: Order
  onClose(): void
  onDone(): void
}

export function OrderDialog({ order, onClose, onDone }: OrderDialogProps) {
  const { orders } = usePreferences().texts
  const own = useTexts(ORDER_TEXTS)
  const isOperator = useMay('operator')
  const path = `/api/admin/orders/${order.id}`
  const tabs: Tab[] = []
  if (order.state === 'placed') {
    const confirm = <Confirm path={path} amountFen={order.amountFen} onDone={onDone} />
    const cancel = <Cancel path={path} onDone={onDone} />
    if (isOperator) tabs.push({ key: 'pay', label: orders.confirm, content: confirm })
    if (order.kind !== 'bill') tabs.push({ key: 'cancel', label: orders.cancel, content: cancel })
  } else {
    const refund = <Refund path={path} onDone={onDone} />
    tabs.push({ key: 'refund', label: orders.refund, content: refund })
    const voided = <Void path={path} onDone={onDone} />
    if (isOperator) tabs.push({ key: 'void', label: own.void, content: voided })
  }
  return (
    <Dialog title={`${order.id} · ${yuan(order.amountFen)}`} onClose={onClose}>
      <Tabs tabs={tabs} label={orders.manage} />
    </Dialog>
  )
}

interface ActionProps {
  readonly path: string
  onDone(): void
}

function Confirm({ path, amountFen, onDone }: ActionProps & { readonly amountFen: number }) {
  const { orders } = usePreferences().texts
  const [paymentId, setPaymentId] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${path}/payment`, { paymentId, amountFen })) !== undefined) onDone()
  }
  const fields = ['paymentId']
  return (
    <Form send={orders.confirm} busy={busy} problem={problem} fields={fields} onSend={send}>
      <p className="quiet">{orders.confirmHint(yuan(amountFen))}</p>
      <TextField
        label={orders.paymentId}
        hint={orders.paymentIdHint}
        name="paymentId"
        problem={problem}
        value={paymentId}
        required
        onChange={setPaymentId}
      />
    </Form>
  )
}

function Cancel({ path, onDone }: ActionProps) {
  const { orders } = usePreferences().texts
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${path}/cancellation`, { reason })) !== undefined) onDone()
  }
  const fields = ['reason']
  return (
    <Form send={orders.cancel} danger busy={busy} problem={problem} fields={fields} onSend={send}>
      <ReasonField problem={problem} value={reason} onChange={setReason} />
    </Form>
  )
}

function Refund({ path, onDone }: ActionProps) {
  const { orders } = usePreferences().texts
  const [units, setUnits] = useState('')
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const input = { reason, ...(units !== '' && { units: Number(units) }) }
    if ((await run('POST', `${path}/refund`, input)) !== undefined) onDone()
  }
  const fields = ['units', 'reason']
  return (
    <Form send={orders.refund} danger busy={busy} problem={problem} fields={fields} onSend={send}>
      <p className="quiet">{orders.refundHint}</p>
      <TextField
        label={orders.refundUnits}
        hint={orders.refundUnitsHint}
        name="units"
        type="number"
        problem={problem}
        value={units}
        onChange={setUnits}
      />
      <ReasonField problem={problem} value={reason} onChange={setReason} />
    </Form>
  )
}

function Void({ path, onDone }: ActionProps) {
  const own = useTexts(ORDER_TEXTS)
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${path}/void`, { reason })) !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['reason'], onSend: send }
  return (
    <Form {...form} send={own.void} danger>
      <p className="quiet">{own.voidHint}</p>
      <ReasonField problem={problem} value={reason} onChange={setReason} />
    </Form>
  )
}
