/** One's own login: the password and the authenticator. */
import { useState } from 'react'
import { Form, TextField } from '../../parts/form.tsx'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { Facts, Moment } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { SESSION_PATH, useSession } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'
import { EnrolTotp } from './enrol-totp.tsx'
import { OwnLogins } from './own-logins.tsx'

export function ProfilePage() {
  const { texts } = usePreferences()
  const { profile, users } = texts
  const { name, roles, endsAtMs, hasTotp } = useSession().session
  if (endsAtMs === undefined) {
    return (
      <Page title={profile.title}>
        <Card>
          <Empty>{profile.developer}</Empty>
        </Card>
      </Page>
    )
  }
  return (
    <Page title={profile.title}>
      <Card>
        <Facts
          rows={[
            [texts.signIn.name, name],
            [users.role, roles.map((role) => texts.roles[role]).join(', ')],
            [users.totp, hasTotp ? users.enrolled : texts.none],
            [profile.ends, <Moment key="ends" ms={endsAtMs} />],
          ]}
        />
      </Card>
      <div className="halves">
        <ChangePassword />
        <EnrolTotp />
      </div>
      <OwnLogins />
    </Page>
  )
}

function ChangePassword() {
  const { profile, signIn } = usePreferences().texts
  const [present, setPresent] = useState('')
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('POST', `${SESSION_PATH}/password`, { present, password })
    setDone(done !== undefined)
  }
  const form = { busy, problem, fields: ['password'], onSend: send }
  return (
    <Card title={profile.password}>
      <Form {...form} send={profile.change}>
        <p className="quiet">{profile.passwordHint}</p>
        <TextField
          label={profile.present}
          name="present"
          type="password"
          autoComplete="current-password"
          problem={problem}
          value={present}
          required
          onChange={setPresent}
        />
        <TextField
          label={signIn.newPassword}
          hint={signIn.passwordHint}
          name="password"
          type="password"
          autoComplete="new-password"
          problem={problem}
          value={password}
          required
          onChange={setPassword}
        />
        {isDone && <p role="status">{profile.changed}</p>}
      </Form>
    </Card>
  )
}
