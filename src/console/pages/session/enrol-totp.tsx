/** Enrolling an authenticator: its seed is shown once, and a code of it ends the enrolment. */
import { useState } from 'react'
import { CopyButton } from '../../copy-button.tsx'
import { Form, TextField } from '../../parts/form.tsx'
import { Card } from '../../parts/page.tsx'
import { usePreferences } from '../../preferences.ts'
import { SESSION_PATH, useSession } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'

interface Enrolment {
  readonly secret: string
  /** `otpauth://…`, which an authenticator on the same machine opens. */
  readonly uri: string
}

export function EnrolTotp() {
  const { profile } = usePreferences().texts
  const [enrolment, setEnrolment] = useState<Enrolment>()
  return (
    <Card title={profile.totp}>
      {enrolment === undefined ? (
        <Begin onBegun={setEnrolment} />
      ) : (
        <Confirm enrolment={enrolment} />
      )}
    </Card>
  )
}

function Begin({ onBegun }: { onBegun(enrolment: Enrolment): void }) {
  const { profile, signIn } = usePreferences().texts
  const { hasTotp } = useSession().session
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const { busy, problem, run } = useDeed<Enrolment>()
  const send = async () => {
    const input = { password, ...(hasTotp && { code }) }
    const begun = await run('POST', `${SESSION_PATH}/totp`, input)
    if (begun !== undefined) onBegun(begun)
  }
  const form = { busy, problem, fields: ['code'], onSend: send }
  return (
    <Form {...form} send={hasTotp ? profile.replace : profile.enrol}>
      <p className="quiet">{profile.totpHint}</p>
      <TextField
        label={signIn.password}
        name="password"
        type="password"
        autoComplete="current-password"
        problem={problem}
        value={password}
        required
        onChange={setPassword}
      />
      {hasTotp && (
        <TextField
          label={signIn.code}
          name="code"
          autoComplete="one-time-code"
          problem={problem}
          value={code}
          required
          onChange={setCode}
        />
      )}
    </Form>
  )
}

function Confirm({ enrolment: { secret, uri } }: { readonly enrolment: Enrolment }) {
  const { profile, signIn } = usePreferences().texts
  const { renew } = useSession()
  const [code, setCode] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('POST', `${SESSION_PATH}/totp/confirmation`, { code })
    if (done !== undefined) renew()
  }
  const form = { busy, problem, fields: ['code'], onSend: send }
  return (
    <Form {...form} send={profile.confirm}>
      <p>{profile.seedHint}</p>
      <div className="row">
        <code>{secret}</code>
        <CopyButton text={secret} />
        <a href={uri}>{profile.openApp}</a>
      </div>
      <TextField
        label={signIn.code}
        name="code"
        autoComplete="one-time-code"
        problem={problem}
        value={code}
        required
        onChange={setCode}
      />
    </Form>
  )
}
