/** The form that begins comparing two sources, or changes how. */
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { useTexts } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'
import { centifenOf } from './money.ts'
import type { ComparisonPolicy } from './vendor-types.ts'

interface SetComparisonProps {
  readonly routes: readonly string[]
  readonly policy: ComparisonPolicy | undefined
  onClose(): void
  onDone(): void
}

/** What every installation has besides its vendors. */
const REGISTRY = 'registry'
const CENTIFEN_PER_YUAN = 10_000
const FIELDS = ['second', 'perMille', 'budgetCentifen', 'windowCalls', 'alarmPerMille']

export function SetComparison({ routes, policy, onClose, onDone }: SetComparisonProps) {
  const words = useTexts(VENDOR_TEXTS)
  const [second, setSecond] = useState(policy?.second ?? routes[0] ?? REGISTRY)
  const [perMille, setPerMille] = useState(String(policy?.perMille ?? 10))
  const [compares, setCompares] = useState(policy?.compares ?? 'matches')
  const [budget, setBudget] = useState(
    policy === undefined ? '' : (policy.budgetCentifen / CENTIFEN_PER_YUAN).toFixed(2),
  )
  const [window, setWindow] = useState(String(policy?.windowCalls ?? 1_000))
  const [alarm, setAlarm] = useState(String(policy?.alarmPerMille ?? 10))
  const [stops, setStops] = useState(policy?.stops ?? false)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('PUT', '/api/admin/vendors/comparison', {
      ...{ second, compares, stops },
      perMille: Number(perMille),
      // What is no amount is refused at its field by the server.
      budgetCentifen: centifenOf(budget) ?? -1,
      windowCalls: Number(window),
      alarmPerMille: Number(alarm),
    })
    if (done !== undefined) onDone()
  }
  const number = { problem, required: true, type: 'number' } as const
  return (
    <Dialog title={words.compareTitle} onClose={onClose}>
      <Form send={words.compare} busy={busy} problem={problem} fields={FIELDS} onSend={send}>
        <p className="quiet">{words.compareHint}</p>
        <ChoiceField
          label={words.second}
          name="second"
          problem={problem}
          value={second}
          options={[...routes, REGISTRY].map((each) => [each, each])}
          onChange={setSecond}
        />
        <ChoiceField
          label={words.compares}
          name="compares"
          problem={problem}
          value={compares}
          options={[
            ['matches', words.comparesOf.matches],
            ['verdicts', words.comparesOf.verdicts],
          ]}
          onChange={setCompares}
        />
        <TextField
          {...number}
          label={words.perMille}
          name="perMille"
          value={perMille}
          onChange={setPerMille}
        />
        <TextField
          label={words.budget}
          name="budgetCentifen"
          placeholder="100.00"
          problem={problem}
          value={budget}
          required
          onChange={setBudget}
        />
        <TextField
          {...number}
          label={words.window}
          name="windowCalls"
          value={window}
          onChange={setWindow}
        />
        <TextField
          {...number}
          label={words.alarm}
          name="alarmPerMille"
          value={alarm}
          onChange={setAlarm}
        />
        <label className="form-field row">
          <input
            type="checkbox"
            checked={stops}
            onChange={(event) => setStops(event.target.checked)}
          />
          {words.stops}
        </label>
      </Form>
    </Dialog>
  )
}
