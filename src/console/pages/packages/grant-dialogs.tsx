/** What an operator does with units: gives them, takes unused ones back, moves their end. */
import { useState } from 'react'
import { type Grant, type Mode, PRODUCTS, type Product } from '../../api-types.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, ReasonField, TextField } from '../../parts/form.tsx'
import { beijingDate, beijingMs } from '../../parts/format.ts'
import { usePreferences } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { type Tab, Tabs } from '../../tabs.tsx'
import { useDeed } from '../../use-admin.ts'

interface DialogProps {
  onClose(): void
  onDone(): void
}

export function GiveGrant({ onClose, onDone }: DialogProps) {
  const { texts } = usePreferences()
  const { packages } = texts
  const scoped = useScoped()
  const [product, setProduct] = useState<Product>('card4')
  const [mode, setMode] = useState<Mode>('live')
  const [units, setUnits] = useState('')
  const [ends, setEnds] = useState('')
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('POST', scoped('/api/admin/grants'), {
      product,
      mode,
      units: Number(units),
      expiresAtMs: beijingMs(ends),
      reason,
    })
    if (done !== undefined) onDone()
  }
  const field = { problem, required: true }
  const fields = ['units', 'expiresAtMs', 'reason']
  return (
    <Dialog title={packages.give} onClose={onClose}>
      <Form send={packages.give} busy={busy} problem={problem} fields={fields} onSend={send}>
        <ChoiceField
          label={texts.plans.product}
          name="product"
          problem={problem}
          value={product}
          options={PRODUCTS.map((each) => [each, texts.products[each]])}
          onChange={setProduct}
        />
        <ChoiceField
          label={texts.keys.mode}
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
          {...field}
          label={texts.plans.unitsField}
          name="units"
          type="number"
          value={units}
          onChange={setUnits}
        />
        <TextField
          {...field}
          label={packages.endsOn}
          name="expiresAtMs"
          type="date"
          value={ends}
          onChange={setEnds}
        />
        <ReasonField problem={problem} value={reason} onChange={setReason} />
      </Form>
    </Dialog>
  )
}

export function GrantDialog(props: DialogProps & { readonly grant: Grant }) {
  const { grant, onClose, onDone } = props
  const { packages } = usePreferences().texts
  const path = `/api/admin/grants/${grant.id}`
  const extend = <Extend path={path} expiresAtMs={grant.expiresAtMs} onDone={onDone} />
  const withdraw = <Withdraw path={path} onDone={onDone} />
  const tabs: readonly Tab[] = [
    { key: 'extend', label: packages.extend, content: extend },
    { key: 'withdraw', label: packages.withdraw, content: withdraw },
  ]
  return (
    <Dialog title={`${packages.manage} #${grant.id}`} onClose={onClose}>
      <Tabs tabs={tabs} label={packages.manage} />
    </Dialog>
  )
}

interface ActionProps {
  readonly path: string
  onDone(): void
}

function Extend({ path, expiresAtMs, onDone }: ActionProps & { readonly expiresAtMs: number }) {
  const { texts } = usePreferences()
  const { packages } = texts
  const [ends, setEnds] = useState(beijingDate(expiresAtMs))
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const input = { expiresAtMs: beijingMs(ends), reason }
    if ((await run('POST', `${path}/extension`, input)) !== undefined) onDone()
  }
  const field = { problem, required: true }
  const fields = ['expiresAtMs', 'reason']
  return (
    <Form send={packages.extend} busy={busy} problem={problem} fields={fields} onSend={send}>
      <TextField
        {...field}
        label={packages.endsOn}
        name="expiresAtMs"
        type="date"
        value={ends}
        onChange={setEnds}
      />
      <ReasonField problem={problem} value={reason} onChange={setReason} />
    </Form>
  )
}

function Withdraw({ path, onDone }: ActionProps) {
  const { texts } = usePreferences()
  const { packages } = texts
  const [units, setUnits] = useState('')
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const input = { units: Number(units), reason }
    if ((await run('POST', `${path}/withdrawal`, input)) !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['units', 'reason'], onSend: send }
  const field = { problem, required: true }
  return (
    <Form {...form} send={packages.withdraw} danger>
      <TextField
        {...field}
        label={texts.plans.unitsField}
        name="units"
        type="number"
        value={units}
        onChange={setUnits}
      />
      <ReasonField problem={problem} value={reason} onChange={setReason} />
    </Form>
  )
}
