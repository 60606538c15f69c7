/** Keeping a red letter over an issued invoice: what was refunded, or the whole. */
import { useState } from 'react'
import { RED_LETTER_TEXTS } from '../../locale/pages/red-letter.ts'
import { Form, ReasonField, TextField } from '../../parts/form.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'

interface AddRedLetterProps {
  /** Of the invoice. */
  readonly path: string
  onDone(): void
}

export function AddRedLetter({ path, onDone }: AddRedLetterProps) {
  const { texts } = usePreferences()
  const words = useTexts(RED_LETTER_TEXTS)
  const [number, setNumber] = useState('')
  const [reason, setReason] = useState('')
  const [whole, setWhole] = useState(false)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('POST', `${path}/red-letters`, { number, reason, whole })
    if (done !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['number', 'reason'], onSend: send }
  return (
    <Form {...form} send={words.open} danger>
      <p className="quiet">{words.hint}</p>
      <TextField
        label={words.number}
        hint={texts.invoices.numberHint}
        name="number"
        problem={problem}
        value={number}
        required
        onChange={setNumber}
      />
      <ReasonField problem={problem} value={reason} onChange={setReason} />
      <label className="form-field row">
        <input
          type="checkbox"
          checked={whole}
          onChange={(event) => setWhole(event.target.checked)}
        />
        {words.whole}
      </label>
    </Form>
  )
}
