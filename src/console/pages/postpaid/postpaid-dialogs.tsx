/** What an operator does with postpaid accounts: agree on terms, end them, confirm a bill's payment. */
import { useState } from 'react'
import { type Order, PRODUCTS, type Product } from '../../api-types.ts'
import { POSTPAID_TEXTS } from '../../locale/pages/postpaid.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { fenOf, yuan } from '../../parts/format.ts'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'
import type { Terms } from './terms.ts'

interface DialogProps {
  onClose(): void
  onDone(): void
}

const DUE_DAYS = '15'

export function AgreeTerms({
  accountId,
  onClose,
  onDone,
}: DialogProps & { readonly accountId: string }) {
  const { texts } = usePreferences()
  const words = useTexts(POSTPAID_TEXTS)
  const [product, setProduct] = useState<Product>('card4')
  const [units, setUnits] = useState('')
  const [price, setPrice] = useState('')
  const [dueDays, setDueDays] = useState(DUE_DAYS)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('PUT', `/api/admin/postpaid?accountId=${accountId}`, {
      product,
      unitsPerMonth: Number(units),
      // What is no amount is refused at its field by the server.
      priceFenPer1000Units: fenOf(price) ?? -1,
      dueDays: Number(dueDays),
    })
    if (done !== undefined) onDone()
  }
  const fields = ['product', 'unitsPerMonth', 'priceFenPer1000Units', 'dueDays']
  const field = { problem, required: true }
  return (
    <Dialog title={`${words.agree} · ${accountId}`} onClose={onClose}>
      <Form send={words.agree} busy={busy} problem={problem} fields={fields} onSend={send}>
        <p className="quiet">{words.agreeHint}</p>
        <ChoiceField
          label={words.product}
          name="product"
          problem={problem}
          value={product}
          options={PRODUCTS.map((each) => [each, texts.products[each]])}
          onChange={setProduct}
        />
        <TextField
          {...field}
          label={words.units}
          name="unitsPerMonth"
          type="number"
          value={units}
          onChange={setUnits}
        />
        <TextField
          {...field}
          label={words.price}
          name="priceFenPer1000Units"
          placeholder="250.00"
          value={price}
          onChange={setPrice}
        />
        <TextField
          {...field}
          label={words.dueDays}
          name="dueDays"
          type="number"
          value={dueDays}
          onChange={setDueDays}
        />
      </Form>
    </Dialog>
  )
}

export function EndTerms({ terms, onClose, onDone }: DialogProps & { readonly terms: Terms }) {
  const words = useTexts(POSTPAID_TEXTS)
  const { busy, problem, run } = useDeed()
  const { accountId, product } = terms
  const send = async () => {
    const path = `/api/admin/postpaid?accountId=${accountId}&product=${product}`
    if ((await run('DELETE', path)) !== undefined) onDone()
  }
  return (
    <Dialog title={`${words.end} · ${accountId}`} onClose={onClose}>
      <Form danger send={words.end} busy={busy} problem={problem} fields={[]} onSend={send}>
        <p>{words.endHint}</p>
      </Form>
    </Dialog>
  )
}

export function PayBill({ bill, onClose, onDone }: DialogProps & { readonly bill: Order }) {
  const words = useTexts(POSTPAID_TEXTS)
  const [paymentId, setPaymentId] = useState('')
  const { busy, problem, run } = useDeed()
  const { id, amountFen, month } = bill
  const send = async () => {
    const path = `/api/admin/orders/${id}/payment`
    if ((await run('POST', path, { paymentId, amountFen })) !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['paymentId'], onSend: send }
  return (
    <Dialog title={`${words.pay} · ${month ?? id}`} onClose={onClose}>
      <Form {...form} send={words.pay}>
        <p className="quiet">{words.payHint(yuan(amountFen))}</p>
        <TextField
          label={words.paymentId}
          name="paymentId"
          problem={problem}
          value={paymentId}
          required
          onChange={setPaymentId}
        />
      </Form>
    </Dialog>
  )
}
