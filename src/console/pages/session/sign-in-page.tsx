/** The way in: name, password, and the code of an authenticator where one is enrolled. */
import { useState } from 'react'
import { PreferenceButtons } from '../../header.tsx'
import icon from '../../icon.svg'
import { Form, TextField } from '../../parts/form.tsx'
import { Support } from '../../parts/support.tsx'
import { usePreferences } from '../../preferences.ts'
import { isInvited, SESSION_PATH, type Session } from '../../session.ts'
import { useAdmin, useDeed } from '../../use-admin.ts'

interface SignInPageProps {
  /** Told once the server has opened a session. */
  onEnter(): void
}

export function SignInPage({ onEnter }: SignInPageProps) {
  const { texts } = usePreferences()
  // An invitation is in the part of an address that browsers send to nobody.
  const invitation = isInvited() ? location.hash.slice(1) : ''
  // Who cannot come in needs to know whom to ask most of all.
  const { data } = useAdmin<Pick<Session, 'support'>>(SESSION_PATH)
  return (
    <main className="door">
      <div className="row">
        <img src={icon} alt="" width="36" height="36" />
        <h1>{texts.product}</h1>
        <span className="spacer" />
        <PreferenceButtons />
      </div>
      <div className="card">
        {invitation === '' ? (
          <SignIn onEnter={onEnter} />
        ) : (
          <Invitation token={invitation} onEnter={onEnter} />
        )}
      </div>
      <Support contact={data?.support} />
    </main>
  )
}

function SignIn({ onEnter }: SignInPageProps) {
  const { signIn } = usePreferences().texts
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const { busy, problem, run } = useDeed()
  const asksCode = problem?.error === 'code_needed' || code !== ''
  const send = async () => {
    const input = { name, password, ...(code !== '' && { code }) }
    if ((await run('POST', SESSION_PATH, input)) !== undefined) onEnter()
  }
  return (
    <Form send={signIn.enter} busy={busy} problem={problem} fields={[]} onSend={send}>
      <h2>{signIn.title}</h2>
      <TextField
        label={signIn.name}
        name="name"
        problem={problem}
        value={name}
        autoComplete="username"
        required
        onChange={setName}
      />
      <TextField
        label={signIn.password}
        name="password"
        type="password"
        problem={problem}
        value={password}
        autoComplete="current-password"
        required
        onChange={setPassword}
      />
      {asksCode && (
        <TextField
          label={signIn.code}
          hint={signIn.codeHint}
          name="code"
          problem={problem}
          value={code}
          autoComplete="one-time-code"
          onChange={setCode}
        />
      )}
    </Form>
  )
}

function Invitation({ token, onEnter }: SignInPageProps & { readonly token: string }) {
  const { signIn } = usePreferences().texts
  const [password, setPassword] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const done = await run('POST', `${SESSION_PATH}/invitation`, { token, password })
    if (done === undefined) return
    history.replaceState(null, '', '/console/')
    onEnter()
  }
  return (
    <Form send={signIn.accept} busy={busy} problem={problem} fields={['password']} onSend={send}>
      <h2>{signIn.welcome}</h2>
      <p className="quiet">{signIn.welcomeHint}</p>
      <TextField
        label={signIn.newPassword}
        hint={signIn.passwordHint}
        name="password"
        type="password"
        problem={problem}
        value={password}
        autoComplete="new-password"
        required
        onChange={setPassword}
      />
    </Form>
  )
}
