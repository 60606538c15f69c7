/** The form for another version of a charge table. */
import { useState } from 'react'
import type { ChargeRule } from '../../api-types.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, ReasonField, TextField } from '../../parts/form.tsx'
import { beijingMs } from '../../parts/format.ts'
import { usePreferences } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'

interface AddRuleProps {
  /** All versions, of each interface the newest first. */
  readonly rules: readonly ChargeRule[]
  onClose(): void
  onDone(): void
}

export function AddRule({ rules: versions, onClose, onDone }: AddRuleProps) {
  const { texts } = usePreferences()
  const { rules } = texts
  const newest = new Map(versions.toReversed().map((rule) => [rule.api, rule.charged]))
  const apis = [...newest.keys()].sort()
  const [api, setApi] = useState(apis[0] ?? '')
  const before: ReadonlySet<string> = new Set(newest.get(api))
  const [charged, setCharged] = useState(before)
  const [from, setFrom] = useState('')
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const choose = (chosen: string) => {
    setApi(chosen)
    setCharged(new Set(newest.get(chosen)))
  }
  const send = async () => {
    const effectiveFromMs = beijingMs(from)
    const done = await run('POST', '/api/admin/charge-rules', {
      api,
      charge: [...charged].filter((result) => !before.has(result)),
      free: [...before].filter((result) => !charged.has(result)),
      ...(effectiveFromMs !== undefined && { effectiveFromMs }),
      reason,
    })
    if (done !== undefined) onDone()
  }
  const toggle = (result: string) => {
    const next = new Set(charged)
    if (!next.delete(result)) next.add(result)
    setCharged(next)
  }
  const form = { busy, problem, fields: ['effectiveFromMs', 'reason'], onSend: send }
  return (
    <Dialog title={rules.add} onClose={onClose} wide>
      <Form {...form} send={rules.add}>
        <ChoiceField
          label={texts.calls.api}
          name="api"
          problem={problem}
          value={api}
          options={apis.map((each) => [each, each])}
          onChange={choose}
        />
        <fieldset className="ticks columns">
          <legend>{rules.charged}</legend>
          {Object.entries(texts.results.outcomes).map(([result, text]) => (
            <label key={result}>
              <input
                type="checkbox"
                checked={charged.has(result)}
                onChange={() => toggle(result)}
              />
              {text}
            </label>
          ))}
        </fieldset>
        <TextField
          problem={problem}
          label={rules.from}
          hint={rules.fromHint}
          name="effectiveFromMs"
          type="datetime-local"
          value={from}
          onChange={setFrom}
        />
        <ReasonField problem={problem} value={reason} onChange={setReason} />
      </Form>
    </Dialog>
  )
}
