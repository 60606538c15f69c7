/** People who may sign in: invited by a link that lets them choose a password. */
import { Button } from 'antd'
import { useState } from 'react'
import type { User } from '../../api-types.ts'
import { USERS_TEXTS } from '../../locale/pages/users.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment, type Tone } from '../../parts/values.tsx'
import { type Texts, usePreferences, useTexts } from '../../preferences.ts'
import { useMay, useScoped, useSession } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { ChangeUser, InvitationDialog, type Invited, InviteUser } from './user-dialogs.tsx'

const TONES: Readonly<Record<User['state'], Tone>> = {
  invited: 'busy',
  active: 'good',
  disabled: 'bad',
}

/** All people, for staff. */
export function UsersPage() {
  const { texts } = usePreferences()
  const roles = Object.keys(texts.roles) as readonly User['role'][]
  const mayKeep = useMay('operator')
  return <People of={texts.users} path="/api/admin/users" roles={roles} mayKeep={mayKeep} />
}

/** The people of a buyer's account, for its administrator. */
export function ColleaguesPage() {
  const own = useTexts(USERS_TEXTS)
  const scoped = useScoped()
  const { users } = usePreferences().texts
  const of = { ...users, title: own.title, hint: own.hint, roleHint: own.roleHint }
  return <People of={of} path={scoped('/api/admin/users')} roles={BUYER_ROLES} mayKeep />
}

const BUYER_ROLES = ['buyer_admin', 'buyer_developer', 'buyer_finance'] as const

interface PeopleProps {
  readonly of: Texts['users']
  readonly path: string
  /** Whom may be invited. */
  readonly roles: readonly User['role'][]
  readonly mayKeep: boolean
}

type Change = 'invitation' | 'disabling'

function People({ of: users, path, roles, mayKeep }: PeopleProps) {
  const listing = useList<User>(path)
  const [inviting, setInviting] = useState(false)
  const [invited, setInvited] = useState<Invited>()
  const [changing, setChanging] = useState<{ user: User; change: Change }>()
  const finish = (made?: Invited) => {
    setInviting(false)
    setChanging(undefined)
    setInvited(made)
    listing.reload()
  }
  const invite = mayKeep && (
    <Button type="primary" onClick={() => setInviting(true)}>
      {users.invite}
    </Button>
  )
  const columns = useColumns(mayKeep, (user, change) => setChanging({ user, change }))
  return (
    <Page title={users.title} hint={users.hint} action={invite}>
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
      {inviting && (
        <InviteUser
          path={path}
          roles={roles}
          roleHint={users.roleHint}
          onClose={() => setInviting(false)}
          onDone={finish}
        />
      )}
      {changing && (
        <ChangeUser {...changing} onClose={() => setChanging(undefined)} onDone={finish} />
      )}
      {invited && <InvitationDialog of={invited} onClose={() => setInvited(undefined)} />}
    </Page>
  )
}

type OnChange = (user: User, change: Change) => void

function useColumns(mayKeep: boolean, onChange: OnChange): readonly Column<User>[] {
  const { texts } = usePreferences()
  const { users } = texts
  const me = useSession().session.name
  const columns: readonly Column<User>[] = [
    { title: users.name, cell: ({ name }) => <b>{name}</b> },
    {
      title: users.role,
      cell: ({ role, accountId }) => (
        <>
          {texts.roles[role]}
          {accountId && (
            <small className="under">
              <Id>{accountId}</Id>
            </small>
          )}
        </>
      ),
    },
    {
      title: users.state,
      cell: ({ state }) => <Mark tone={TONES[state]}>{users.states[state]}</Mark>,
    },
    { title: users.totp, cell: ({ hasTotp }) => (hasTotp ? users.enrolled : texts.none) },
    { title: users.created, cell: ({ createdAtMs }) => <Moment ms={createdAtMs} /> },
  ]
  const acts: Column<User> = {
    title: texts.action,
    cell: (user) => (user.name === me ? '—' : <Acts of={user} onChange={onChange} />),
  }
  return mayKeep ? [...columns, acts] : columns
}

function Acts({ of: user, onChange }: { readonly of: User; readonly onChange: OnChange }) {
  const { users } = usePreferences().texts
  return (
    <div className="row">
      <Button size="small" onClick={() => onChange(user, 'invitation')}>
        {users.reset}
      </Button>
      {user.state !== 'disabled' && (
        <Button size="small" danger onClick={() => onChange(user, 'disabling')}>
          {users.disable}
        </Button>
      )}
    </div>
  )
}
