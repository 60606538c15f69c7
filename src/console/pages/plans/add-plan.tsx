/** The operator's form for a plan; a known name gets its next version. */
import { useState } from 'react'
import { type Plan, PRODUCTS, type Product } from '../../api-types.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { fenOf } from '../../parts/format.ts'
import { usePreferences } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'

const FIELDS = ['name', 'units', 'priceFen', 'validity']

interface AddPlanProps {
  onClose(): void
  onDone(): void
}

export function AddPlan({ onClose, onDone }: AddPlanProps) {
  const { texts } = usePreferences()
  const { plans } = texts
  const [product, setProduct] = useState<Product>('card4')
  const [name, setName] = useState('')
  const [units, setUnits] = useState('')
  const [price, setPrice] = useState('')
  const [years, setYears] = useState('2')
  const { busy, problem, run } = useDeed<Plan>()
  const send = async () => {
    const plan = await run('POST', '/api/admin/plans', {
      name,
      kind: 'package',
      product,
      units: Number(units),
      // What is no amount is refused at its field by the server.
      priceFen: fenOf(price) ?? -1,
      validity: { years: Number(years) },
    })
    if (plan !== undefined) onDone()
  }
  const field = { problem, required: true }
  return (
    <Dialog title={plans.add} onClose={onClose}>
      <Form send={plans.add} busy={busy} problem={problem} fields={FIELDS} onSend={send}>
        <p className="quiet">{plans.addHint}</p>
        <ChoiceField
          label={plans.product}
          name="product"
          problem={problem}
          value={product}
          options={PRODUCTS.map((each) => [each, texts.products[each]])}
          onChange={setProduct}
        />
        <TextField
          {...field}
          label={plans.name}
          name="name"
          placeholder="card4-1200"
          value={name}
          onChange={setName}
        />
        <TextField
          {...field}
          label={plans.unitsField}
          name="units"
          type="number"
          value={units}
          onChange={setUnits}
        />
        <TextField
          {...field}
          label={plans.price}
          name="priceFen"
          placeholder="500.00"
          value={price}
          onChange={setPrice}
        />
        <TextField
          {...field}
          label={plans.yearsField}
          name="validity"
          type="number"
          value={years}
          onChange={setYears}
        />
      </Form>
    </Dialog>
  )
}
