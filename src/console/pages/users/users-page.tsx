/** People who may sign in: invited by a link that lets them choose a password. */
import { Button } from 'antd'
import { useState } from 'react'
import type { User } from '../../api-types.ts'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment, type Tone } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useDeed, useList } from '../../use-admin.ts'
import { InvitationDialog, type Invited, InviteUser } from './user-dialogs.tsx'

const TONES: Readonly<Record<User['state'], Tone>> = {
  invited: 'busy',
  active: 'good',
  disabled: 'bad',
}

export function UsersPage() {
  const { texts } = usePreferences()
  const { users } = texts
  const isOperator = useMay('operator')
  const listing = useList<User>('/api/admin/users')
  const { problem, run } = useDeed<Invited>()
  const [inviting, setInviting] = useState(false)
  const [invited, setInvited] = useState<Invited>()
  const finish = (made?: Invited) => {
    setInviting(false)
    setInvited(made)
    listing.reload()
  }
  const ask = async (user: User, deed: 'invitation' | 'disabling') => {
    const done = await run('POST', `/api/admin/users/${user.id}/${deed}`, {})
    if (done !== undefined) finish(deed === 'invitation' ? done : undefined)
  }
  const invite = isOperator && (
    <Button type="primary" onClick={() => setInviting(true)}>
      {users.invite}
    </Button>
  )
  const columns: readonly Column<User>[] = [
    { title: users.name, cell: ({ name }) => <b>{name}</b> },
    { title: users.role, cell: ({ role }) => texts.roles[role] },
    { title: texts.account, cell: ({ accountId }) => (accountId ? <Id>{accountId}</Id> : '—') },
    {
      title: users.state,
      cell: ({ state }) => <Mark tone={TONES[state]}>{users.states[state]}</Mark>,
    },
    { title: users.totp, cell: ({ hasTotp }) => (hasTotp ? users.enrolled : texts.none) },
    { title: users.created, cell: ({ createdAtMs }) => <Moment ms={createdAtMs} /> },
    {
      title: texts.action,
      cell: (user) =>
        isOperator && user.state !== 'disabled' ? (
          <div className="row">
            <Button size="small" onClick={() => ask(user, 'invitation')}>
              {users.reset}
            </Button>
            <Button size="small" danger onClick={() => ask(user, 'disabling')}>
              {users.disable}
            </Button>
          </div>
        ) : (
          '—'
        ),
    },
  ]
  return (
    <Page title={users.title} hint={users.hint} action={invite}>
      <ProblemNote problem={problem} />
      <Card>
        <ListTable
          label={users.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={users.empty}
          emptyAction={invite}
        />
      </Card>
      {inviting && <InviteUser onClose={() => setInviting(false)} onDone={finish} />}
      {invited && <InvitationDialog of={invited} onClose={() => setInvited(undefined)} />}
    </Page>
  )
}
