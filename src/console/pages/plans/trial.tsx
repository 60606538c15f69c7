/** The free trial: once for whoever the account really is. */
import { useState } from 'react'
import type { Order, Plan } from '../../api-types.ts'
import { move } from '../../navigation.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Form, TextField } from '../../parts/form.tsx'
import { usePreferences } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'

export function Trial({ plan, onClose }: { readonly plan: Plan; onClose(): void }) {
  const { texts } = usePreferences()
  const { plans } = texts
  const scoped = useScoped()
  const [taxNumber, setTaxNumber] = useState('')
  const [phone, setPhone] = useState('')
  const { busy, problem, run } = useDeed<Order>()
  const send = async () => {
    const order = await run('POST', scoped('/api/admin/trial'), {
      plan: plan.name,
      ...(taxNumber !== '' && { taxNumber }),
      ...(phone !== '' && { phone }),
    })
    if (order !== undefined) move('/packages')
  }
  const fields = ['taxNumber', 'phone']
  return (
    <Dialog title={`${plans.trial} · ${texts.products[plan.product]}`} onClose={onClose}>
      <Form send={plans.try} busy={busy} problem={problem} fields={fields} onSend={send}>
        <p className="quiet">{plans.trialHint}</p>
        <TextField
          label={plans.taxNumber}
          name="taxNumber"
          problem={problem}
          value={taxNumber}
          onChange={setTaxNumber}
        />
        <TextField
          label={plans.phone}
          name="phone"
          problem={problem}
          value={phone}
          onChange={setPhone}
        />
      </Form>
    </Dialog>
  )
}
