/** Inviting somebody, and the link to hand over to him. */
import { Alert } from 'antd'
import { useState } from 'react'
import type { User } from '../../api-types.ts'
import { CopyButton } from '../../copy-button.tsx'
import { USERS_TEXTS } from '../../locale/pages/users.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { type Role, useScoped } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'

/** What an invitation brings, told once. */
export interface Invited {
  /** Where it is taken up. */
  readonly path: string
  readonly endsAtMs: number
}

interface InviteUserProps {
  /** Of the list that the new user will be in. */
  readonly path: string
  readonly roles: readonly Role[]
  readonly roleHint: string
  onClose(): void
  onDone(made: Invited): void
}

export function InviteUser({ path, roles, roleHint, onClose, onDone }: InviteUserProps) {
  const { texts } = usePreferences()
  const { users } = texts
  const scoped = useScoped()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('buyer_developer')
  const { busy, problem, run } = useDeed<Invited>()
  const send = async () => {
    const isBuyer = role.startsWith('buyer_')
    const made = await run('POST', isBuyer ? scoped(path) : path, { name, role })
    if (made !== undefined) onDone(made)
  }
  const form = { busy, problem, fields: ['name', 'role'], onSend: send }
  return (
    <Dialog title={users.invite} onClose={onClose}>
      <Form {...form} send={users.invite}>
        <TextField
          label={users.name}
          hint={users.nameHint}
          name="name"
          problem={problem}
          value={name}
          required
          onChange={setName}
        />
        <ChoiceField
          label={users.role}
          hint={roleHint}
          name="role"
          problem={problem}
          value={role}
          options={roles.map((each) => [each, texts.roles[each]])}
          onChange={setRole}
        />
      </Form>
    </Dialog>
  )
}

interface ChangeUserProps {
  readonly user: User
  readonly change: 'invitation' | 'disabling'
  onClose(): void
  onDone(made?: Invited): void
}

/** Asks once more, for both end what somebody is doing. */
export function ChangeUser({ user, change, onClose, onDone }: ChangeUserProps) {
  const { users } = usePreferences().texts
  const own = useTexts(USERS_TEXTS)
  const { busy, problem, run } = useDeed<Invited>()
  const isInvitation = change === 'invitation'
  const send = async () => {
    const done = await run('POST', `/api/admin/users/${user.id}/${change}`, {})
    if (done !== undefined) onDone(isInvitation ? done : undefined)
  }
  const title = isInvitation ? own.resetTitle(user.name) : own.disableTitle(user.name)
  const form = { busy, problem, fields: [], danger: !isInvitation, onSend: send }
  return (
    <Dialog title={title} onClose={onClose}>
      <Form {...form} send={isInvitation ? users.reset : users.disable}>
        <p>{isInvitation ? own.resetHint : own.disableHint}</p>
      </Form>
    </Dialog>
  )
}

interface InvitationDialogProps {
  readonly of: Invited
  onClose(): void
}

export function InvitationDialog({ of: { path, endsAtMs }, onClose }: InvitationDialogProps) {
  const { users } = usePreferences().texts
  const link = location.origin + path
  return (
    <Dialog title={users.link} onClose={onClose}>
      <Alert type="warning" showIcon title={users.linkHint} className="note" />
      <pre className="code">{link}</pre>
      <div className="row">
        <CopyButton text={link} />
        <span className="quiet">
          {users.ends} <Moment ms={endsAtMs} />
        </span>
      </div>
    </Dialog>
  )
}
