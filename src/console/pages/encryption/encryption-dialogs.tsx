/** Making an encryption key, and what can be done with one: use it, replace it, retire it. */
import { useState } from 'react'
import type { EncryptionAlgorithm, EncryptionKey } from '../../api-types.ts'
import { CopyButton } from '../../copy-button.tsx'
import { ENCRYPTION_TEXTS } from '../../locale/pages/encryption.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form } from '../../parts/form.tsx'
import { useTexts } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { type Tab, Tabs } from '../../tabs.tsx'
import { useDeed } from '../../use-admin.ts'
import { rsaSample } from './sample.ts'

const PATH = '/api/admin/encryption-keys'
const ALGORITHMS: readonly EncryptionAlgorithm[] = ['rsa', 'sm2', 'kms']

interface CreateProps {
  onClose(): void
  onDone(made: EncryptionKey): void
}

export function CreateEncryptionKey({ onClose, onDone }: CreateProps) {
  const own = useTexts(ENCRYPTION_TEXTS)
  const scoped = useScoped()
  const [algorithm, setAlgorithm] = useState<EncryptionAlgorithm>('rsa')
  const { busy, problem, run } = useDeed<EncryptionKey>()
  const send = async () => {
    const made = await run('POST', scoped(PATH), { algorithm })
    if (made !== undefined) onDone(made)
  }
  return (
    <Dialog title={own.create} onClose={onClose}>
      <Form send={own.create} busy={busy} problem={problem} fields={['algorithm']} onSend={send}>
        <ChoiceField
          label={own.algorithm}
          hint={own.oneEach}
          name="algorithm"
          problem={problem}
          value={algorithm}
          options={ALGORITHMS.map((each) => [each, own.algorithms[each]])}
          onChange={setAlgorithm}
        />
      </Form>
    </Dialog>
  )
}

interface KeyProps {
  readonly of: EncryptionKey
  readonly mayKeep: boolean
  onClose(): void
  /** With the key that takes its place. */
  onDone(made?: EncryptionKey): void
}

export function EncryptionKeyDialog({ of: key, mayKeep, onClose, onDone }: KeyProps) {
  const own = useTexts(ENCRYPTION_TEXTS)
  const mayRotate = mayKeep && key.state === 'active'
  const mayRetire = mayKeep && key.state !== 'retired'
  const tabs: readonly Tab[] = [
    { key: 'how', label: own.how, content: <How of={key} /> },
    ...(mayRotate
      ? [{ key: 'rotate', label: own.rotate, content: <Rotate of={key} onDone={onDone} /> }]
      : []),
    ...(mayRetire
      ? [{ key: 'retire', label: own.retire, content: <Retire of={key} onDone={onDone} /> }]
      : []),
  ]
  return (
    <Dialog title={own.algorithms[key.algorithm]} onClose={onClose} wide>
      <Tabs tabs={tabs} label={own.title} />
    </Dialog>
  )
}

function How({ of: { id, algorithm, publicKey } }: Pick<KeyProps, 'of'>) {
  const own = useTexts(ENCRYPTION_TEXTS)
  const isPem = algorithm !== 'kms'
  return (
    <>
      <ol>
        {own.steps[algorithm].map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div className="block">
        <div className="row">
          <b>{isPem ? own.publicKey : own.keyId}</b>
          <CopyButton text={publicKey} />
          {isPem && (
            <a href={pemAddress(publicKey)} download={`${id}.pem`}>
              {own.download}
            </a>
          )}
        </div>
        <pre className="code">{publicKey}</pre>
      </div>
      {algorithm === 'rsa' && (
        <div className="block">
          <div className="row">
            <b>{own.sample}</b>
            <CopyButton text={rsaSample(publicKey)} />
          </div>
          <pre className="code" data-sample="rsa">
            {rsaSample(publicKey)}
          </pre>
        </div>
      )}
    </>
  )
}

type ActionProps = Pick<KeyProps, 'of' | 'onDone'>

function Rotate({ of: { algorithm }, onDone }: ActionProps) {
  const own = useTexts(ENCRYPTION_TEXTS)
  const scoped = useScoped()
  const { busy, problem, run } = useDeed<EncryptionKey>()
  const send = async () => {
    const made = await run('POST', scoped(`${PATH}/rotation`), { algorithm })
    if (made !== undefined) onDone(made)
  }
  return (
    <Form send={own.rotate} busy={busy} problem={problem} fields={[]} onSend={send}>
      <p>{own.rotateHint}</p>
    </Form>
  )
}

function Retire({ of: { id }, onDone }: ActionProps) {
  const own = useTexts(ENCRYPTION_TEXTS)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${PATH}/${id}/retirement`, {})) !== undefined) onDone()
  }
  return (
    <Form send={own.retire} danger busy={busy} problem={problem} fields={[]} onSend={send}>
      <p>{own.retireHint}</p>
    </Form>
  )
}

/** The text behind the base64, as an address that a link can save. */
function pemAddress(publicKey: string): string {
  return `data:application/x-pem-file,${encodeURIComponent(atob(publicKey))}`
}
