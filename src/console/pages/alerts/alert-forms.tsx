/** When an account wants to be told, and where to. */
import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { AlertSettings } from '../../api-types.ts'
import { CopyButton } from '../../copy-button.tsx'
import { ALERTS_TEXTS } from '../../locale/pages/alerts.ts'
import { Form, TextField } from '../../parts/form.tsx'
import { Card } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'

interface SettingProps {
  readonly of: AlertSettings
  onDone(): void
}

export function Thresholds({ of, onDone }: SettingProps) {
  const { alerts } = usePreferences().texts
  const scoped = useScoped()
  const [percents, setPercents] = useState(of.lowPercents.join(', '))
  const [units, setUnits] = useState(of.lowUnits.join(', '))
  const [days, setDays] = useState(of.expiryDays.join(', '))
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('PUT', scoped('/api/admin/alerts/settings'), {
      lowPercents: numbers(percents),
      lowUnits: numbers(units),
      expiryDays: numbers(days),
    })
    if (done !== undefined) onDone()
  }
  const fields = ['lowPercents', 'lowUnits', 'expiryDays']
  return (
    <Card title={alerts.thresholds}>
      <Form send={alerts.save} busy={busy} problem={problem} fields={fields} onSend={send}>
        <TextField
          label={alerts.lowPercents}
          hint={alerts.listHint}
          name="lowPercents"
          problem={problem}
          value={percents}
          onChange={setPercents}
        />
        <TextField
          label={alerts.lowUnits}
          name="lowUnits"
          problem={problem}
          value={units}
          onChange={setUnits}
        />
        <TextField
          label={alerts.expiryDays}
          name="expiryDays"
          problem={problem}
          value={days}
          onChange={setDays}
        />
      </Form>
    </Card>
  )
}

interface WebhookProps extends SettingProps {
  /** A trial was queued. */
  onTried(): void
}

export function Webhook({ of, onDone, onTried }: WebhookProps) {
  const { alerts } = usePreferences().texts
  const scoped = useScoped()
  const path = scoped('/api/admin/alerts/webhook')
  const [url, setUrl] = useState(of.webhookUrl ?? '')
  const [secret, setSecret] = useState<string>()
  const set = useDeed<{ readonly secret: string }>()
  const remove = useDeed()
  const send = async () => {
    const done = await set.run('PUT', path, { url })
    if (done === undefined) return
    setSecret(done.secret)
    onDone()
  }
  const stop = async () => {
    await remove.run('DELETE', path)
    setUrl('')
    setSecret(undefined)
    onDone()
  }
  const { busy, problem } = set
  return (
    <Card title={alerts.webhook}>
      <p className="quiet">{alerts.webhookHint}</p>
      <Form
        minor
        send={alerts.setWebhook}
        busy={busy}
        problem={problem}
        fields={['url']}
        onSend={send}
      >
        <TextField
          label="URL"
          name="url"
          placeholder="https://shop.example/alerts"
          problem={problem}
          value={url}
          required
          onChange={setUrl}
        />
      </Form>
      {secret !== undefined && (
        <>
          <Alert type="warning" showIcon title={alerts.secretOnce} className="note" />
          <div className="row">
            <code>{secret}</code>
            <CopyButton text={secret} />
          </div>
        </>
      )}
      <ProblemNote problem={remove.problem} />
      {of.webhookUrl !== undefined && (
        <>
          <TryWebhook onTried={onTried} />
          <Button danger loading={remove.busy} onClick={stop}>
            {alerts.removeWebhook}
          </Button>
        </>
      )}
    </Card>
  )
}

function TryWebhook({ onTried }: Pick<WebhookProps, 'onTried'>) {
  const own = useTexts(ALERTS_TEXTS)
  const scoped = useScoped()
  const [isSent, setSent] = useState(false)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('POST', scoped('/api/admin/alerts/webhook/trial'), {})
    setSent(done !== undefined)
    if (done !== undefined) onTried()
  }
  return (
    <div className="block">
      <Button loading={busy} onClick={send}>
        {own.try}
      </Button>
      <ProblemNote problem={problem} />
      {isSent && <p role="status">{own.trying}</p>}
    </div>
  )
}

/** The numbers of a list as it is typed; what is none is refused at its field by the server. */
function numbers(typed: string): number[] {
  return typed
    .split(/[\s,，]+/)
    .filter((each) => each !== '')
    .map(Number)
}
