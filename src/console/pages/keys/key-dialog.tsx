/** What can be done with a key: limit it, replace it, revoke it, and show an AppCode again. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Key, NewKey } from '../../api-types.ts'
import { CopyButton } from '../../copy-button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { type Tab, Tabs } from '../../tabs.tsx'
import { useDeed } from '../../use-admin.ts'

interface KeyDialogProps {
  readonly of: Key
  onClose(): void
  onDone(made?: NewKey): void
}

/** Minutes that the old key goes on working: at once, an hour, a day, a week, a month. */
const OVERLAPS = ['0', '60', '1440', '10080', '43200'] as const

export function KeyDialog({ of: key, onClose, onDone }: KeyDialogProps) {
  const { keys } = usePreferences().texts
  const mayReveal = useMay('buyer_admin') && key.kind === 'appcode'
  const path = `/api/admin/keys/${key.id}`
  const tabs: readonly Tab[] = [
    { key: 'limits', label: keys.limits, content: <Limits of={key} path={path} onDone={onDone} /> },
    ...(key.temporary
      ? []
      : [{ key: 'rotate', label: keys.rotate, content: <Rotate path={path} onDone={onDone} /> }]),
    ...(mayReveal ? [{ key: 'reveal', label: keys.reveal, content: <Reveal path={path} /> }] : []),
    { key: 'revoke', label: keys.revoke, content: <Revoke path={path} onDone={onDone} /> },
  ]
  return (
    <Dialog title={`${keys.manage} ${key.label}`} onClose={onClose}>
      <Tabs tabs={tabs} label={keys.manage} />
    </Dialog>
  )
}

interface ActionProps {
  readonly path: string
  onDone(made?: NewKey): void
}

function Limits({ of: key, path, onDone }: ActionProps & { readonly of: Key }) {
  const { keys } = usePreferences().texts
  const [addresses, setAddresses] = useState(key.addresses?.join(', ') ?? '')
  const [cap, setCap] = useState(key.dailyCap?.toString() ?? '')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const listed = addresses.split(/[\s,，]+/).filter((each) => each !== '')
    const done = await run('PUT', `${path}/limits`, {
      addresses: listed.length === 0 ? null : listed,
      dailyCap: cap === '' ? null : Number(cap),
    })
    if (done !== undefined) onDone()
  }
  const fields = ['addresses', 'dailyCap']
  return (
    <Form send={keys.save} busy={busy} problem={problem} fields={fields} onSend={send}>
      <TextField
        label={keys.addresses}
        hint={keys.addressesHint}
        name="addresses"
        problem={problem}
        value={addresses}
        onChange={setAddresses}
      />
      <TextField
        label={keys.dailyCap}
        hint={keys.dailyCapHint}
        name="dailyCap"
        type="number"
        problem={problem}
        value={cap}
        onChange={setCap}
      />
    </Form>
  )
}

function Rotate({ path, onDone }: ActionProps) {
  const { keys } = usePreferences().texts
  const [overlap, setOverlap] = useState<(typeof OVERLAPS)[number]>('1440')
  const { busy, problem, run } = useDeed<NewKey>()
  const send = async () => {
    const made = await run('POST', `${path}/rotation`, { overlapMinutes: Number(overlap) })
    if (made !== undefined) onDone(made)
  }
  return (
    <Form send={keys.rotate} busy={busy} problem={problem} fields={[]} onSend={send}>
      <p className="quiet">{keys.rotateHint}</p>
      <ChoiceField
        label={keys.overlap}
        name="overlapMinutes"
        problem={problem}
        value={overlap}
        options={OVERLAPS.map((minutes) => [minutes, keys.overlaps[minutes]])}
        onChange={setOverlap}
      />
    </Form>
  )
}

function Revoke({ path, onDone }: ActionProps) {
  const { keys } = usePreferences().texts
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${path}/revocation`, {})) !== undefined) onDone()
  }
  return (
    <Form send={keys.revoke} danger busy={busy} problem={problem} fields={[]} onSend={send}>
      <p>{keys.revokeHint}</p>
    </Form>
  )
}

function Reveal({ path }: { readonly path: string }) {
  const { keys } = usePreferences().texts
  const [shown, setShown] = useState<string>()
  const { busy, problem, run } = useDeed<{ readonly appCode: string }>()
  const reveal = async () => setShown((await run('POST', `${path}/reveal`, {}))?.appCode)
  return (
    <>
      <p className="quiet">{keys.revealHint}</p>
      <ProblemNote problem={problem} />
      {shown === undefined ? (
        <Button loading={busy} onClick={reveal}>
          {keys.reveal}
        </Button>
      ) : (
        <div className="row">
          <code>{shown}</code>
          <CopyButton text={shown} />
        </div>
      )}
    </>
  )
}
