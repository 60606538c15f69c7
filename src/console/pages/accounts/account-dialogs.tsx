/** A new account, and another state for one. */
import { useState } from 'react'
import type { AccountState, AccountSummary } from '../../api-types.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { usePreferences } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'

/** What a caller of the vendor may do who has agreed nothing else. */
const RATE_DEFAULT = '20'

interface DialogProps {
  onClose(): void
  onDone(): void
}

export function CreateAccount({ onClose, onDone }: DialogProps) {
  const { accounts } = usePreferences().texts
  const [name, setName] = useState('')
  const [rate, setRate] = useState(RATE_DEFAULT)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const input = { name, ratePerSecond: Number(rate) }
    if ((await run('POST', '/api/admin/accounts', input)) !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['name', 'ratePerSecond'], onSend: send }
  return (
    <Dialog title={accounts.create} onClose={onClose}>
      <Form {...form} send={accounts.create}>
        <TextField
          label={accounts.name}
          name="name"
          problem={problem}
          value={name}
          required
          onChange={setName}
        />
        <TextField
          label={accounts.rate}
          hint={accounts.rateHint}
          name="ratePerSecond"
          type="number"
          problem={problem}
          value={rate}
          required
          onChange={setRate}
        />
      </Form>
    </Dialog>
  )
}

export function SetState(props: DialogProps & { readonly account: AccountSummary }) {
  const { account, onClose, onDone } = props
  const { accounts } = usePreferences().texts
  const [state, setState] = useState<AccountState>(account.state)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const path = `/api/admin/accounts/${account.id}/state`
    if ((await run('PUT', path, { state })) !== undefined) onDone()
  }
  return (
    <Dialog title={`${accounts.setState} · ${account.name}`} onClose={onClose}>
      <Form send={accounts.setState} busy={busy} problem={problem} fields={['state']} onSend={send}>
        <ChoiceField
          label={accounts.state}
          hint={accounts.stateHint}
          name="state"
          problem={problem}
          value={state}
          options={Object.entries(accounts.states) as [AccountState, string][]}
          onChange={setState}
        />
      </Form>
    </Dialog>
  )
}
