/** Inviting somebody, and the link to hand over to him. */
import { Alert } from 'antd'
import { useState } from 'react'
import { CopyButton } from '../../copy-button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { Moment } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { type Role, useScoped } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'

/** What an invitation brings, told once. */
export interface Invited {
  /** Where it is taken up. */
  readonly path: string
  readonly endsAtMs: number
}

interface InviteUserProps {
  onClose(): void
  onDone(made: Invited): void
}

export function InviteUser({ onClose, onDone }: InviteUserProps) {
  const { texts } = usePreferences()
  const { users } = texts
  const scoped = useScoped()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('buyer_admin')
  const { busy, problem, run } = useDeed<Invited>()
  const send = async () => {
    const path = '/api/admin/users'
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
          hint={users.roleHint}
          name="role"
          problem={problem}
          value={role}
          options={Object.entries(texts.roles) as [Role, string][]}
          onChange={setRole}
        />
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
