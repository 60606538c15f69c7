/** The form for a new key. */
import { useState } from 'react'
import type { KeyKind, Mode, NewKey } from '../../api-types.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { usePreferences } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'

const KINDS: readonly KeyKind[] = ['tencent', 'appcode', 'appkey', 'direct']
const MODES: readonly Mode[] = ['test', 'live']

interface CreateKeyProps {
  onClose(): void
  onDone(made: NewKey): void
}

export function CreateKey({ onClose, onDone }: CreateKeyProps) {
  const { texts } = usePreferences()
  const { keys } = texts
  const scoped = useScoped()
  const [kind, setKind] = useState<KeyKind>('tencent')
  const [mode, setMode] = useState<Mode>('test')
  const [appCode, setAppCode] = useState('')
  const { busy, problem, run } = useDeed<NewKey>()
  const send = async () => {
    const input = { kind, mode, ...(kind === 'appcode' && appCode !== '' && { appCode }) }
    const made = await run('POST', scoped('/api/admin/keys'), input)
    if (made !== undefined) onDone(made)
  }
  return (
    <Dialog title={keys.create} onClose={onClose}>
      <Form send={keys.create} busy={busy} problem={problem} fields={['appCode']} onSend={send}>
        <ChoiceField
          label={keys.kind}
          name="kind"
          problem={problem}
          value={kind}
          options={KINDS.map((each) => [each, keys.kinds[each]])}
          onChange={setKind}
        />
        <ChoiceField
          label={keys.mode}
          hint={keys.modeHint}
          name="mode"
          problem={problem}
          value={mode}
          options={MODES.map((each) => [each, texts.modes[each]])}
          onChange={setMode}
        />
        {kind === 'appcode' && (
          <TextField
            label={keys.appCode}
            hint={keys.appCodeHint}
            name="appCode"
            problem={problem}
            value={appCode}
            onChange={setAppCode}
          />
        )}
      </Form>
    </Dialog>
  )
}
