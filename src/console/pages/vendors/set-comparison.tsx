/** The form that begins comparing two sources, or changes how. */
import { useState } from 'react'
import type { Problem } from '../../admin-api.ts'
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

/** A policy as it is typed; the budget in yuan. */
interface Typed extends Pick<ComparisonPolicy, 'second' | 'compares' | 'stops'> {
  readonly perMille: string
  readonly budget: string
  readonly windowCalls: string
  readonly alarmPerMille: string
}

/** What every installation has besides its vendors. */
const REGISTRY = 'registry'
const CENTIFEN_PER_YUAN = 10_000
const FIELDS = ['second', 'perMille', 'budgetCentifen', 'windowCalls', 'alarmPerMille']

export function SetComparison({ routes, policy, onClose, onDone }: SetComparisonProps) {
  const words = useTexts(VENDOR_TEXTS)
  const sources = [...routes, REGISTRY]
  const [typed, setTyped] = useState(() => typedOf(policy, sources[0]!))
  const { busy, problem, run } = useDeed()
  const set = (name: keyof Typed) => (value: string) => setTyped({ ...typed, [name]: value })
  const send = async () => {
    const done = await run('PUT', '/api/admin/vendors/comparison', policyOf(typed))
    if (done !== undefined) onDone()
  }
  return (
    <Dialog title={words.compareTitle} onClose={onClose}>
      <Form send={words.compare} busy={busy} problem={problem} fields={FIELDS} onSend={send}>
        <p className="quiet">{words.compareHint}</p>
        <ChoiceField
          label={words.second}
          name="second"
          problem={problem}
          value={typed.second}
          options={sources.map((each) => [each, each])}
          onChange={set('second')}
        />
        <ChoiceField
          label={words.compares}
          name="compares"
          problem={problem}
          value={typed.compares}
          options={[
            ['matches', words.comparesOf.matches],
            ['verdicts', words.comparesOf.verdicts],
          ]}
          onChange={set('compares')}
        />
        <Numbers of={typed} problem={problem} set={set} />
        <label className="form-field row">
          <input
            type="checkbox"
            checked={typed.stops}
            onChange={(event) => setTyped({ ...typed, stops: event.target.checked })}
          />
          {words.stops}
        </label>
      </Form>
    </Dialog>
  )
}

interface NumbersProps {
  readonly of: Typed
  readonly problem: Problem | undefined
  set(name: keyof Typed): (value: string) => void
}

/** How much is compared, for how much money, and when it is too different. */
function Numbers({ of: typed, problem, set }: NumbersProps) {
  const words = useTexts(VENDOR_TEXTS)
  const number = { problem, required: true, type: 'number' } as const
  return (
    <>
      <TextField
        {...number}
        label={words.perMille}
        name="perMille"
        value={typed.perMille}
        onChange={set('perMille')}
      />
      <TextField
        label={words.budget}
        name="budgetCentifen"
        placeholder="100.00"
        problem={problem}
        value={typed.budget}
        required
        onChange={set('budget')}
      />
      <TextField
        {...number}
        label={words.window}
        name="windowCalls"
        value={typed.windowCalls}
        onChange={set('windowCalls')}
      />
      <TextField
        {...number}
        label={words.alarm}
        name="alarmPerMille"
        value={typed.alarmPerMille}
        onChange={set('alarmPerMille')}
      />
    </>
  )
}

function typedOf(policy: ComparisonPolicy | undefined, second: string): Typed {
  if (policy === undefined) {
    return {
      ...{ second, compares: 'matches', stops: false },
      ...{ perMille: '10', budget: '', windowCalls: '1000', alarmPerMille: '10' },
    }
  }
  return {
    ...policy,
    perMille: String(policy.perMille),
    budget: (policy.budgetCentifen / CENTIFEN_PER_YUAN).toFixed(2),
    windowCalls: String(policy.windowCalls),
    alarmPerMille: String(policy.alarmPerMille),
  }
}

function policyOf({ second, compares, stops, ...typed }: Typed): ComparisonPolicy {
  return {
    ...{ second, compares, stops },
    perMille: Number(typed.perMille),
    // What is no amount is refused at its field by the server.
    budgetCentifen: centifenOf(typed.budget) ?? -1,
    windowCalls: Number(typed.windowCalls),
    alarmPerMille: Number(typed.alarmPerMille),
  }
}
