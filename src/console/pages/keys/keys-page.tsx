/** Keys: what an account calls with; made, limited, replaced and revoked here. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Key, NewKey } from '../../api-types.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment, PageLink } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { CreateKey } from './create-key.tsx'
import { KeyDialog } from './key-dialog.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'

export function KeysPage() {
  const { texts } = usePreferences()
  const { keys } = texts
  const scoped = useScoped()
  const listing = useList<Key>(scoped('/api/admin/keys'))
  const mayKeep = useMay('buyer_admin', 'buyer_developer', 'operator')
  const [creating, setCreating] = useState(false)
  const [opened, setOpened] = useState<Key>()
  const [made, setMade] = useState<NewKey>()
  const finish = (key?: NewKey) => {
    setCreating(false)
    setOpened(undefined)
    setMade(key)
    listing.reload()
  }
  const create = mayKeep && (
    <Button type="primary" onClick={() => setCreating(true)}>
      {keys.create}
    </Button>
  )
  const columns: readonly Column<Key>[] = [
    {
      title: keys.label,
      cell: ({ id, label }) => (
        <>
          <code className="breakable">{label}</code>
          <small className="under">
            <Id>{id}</Id>
          </small>
        </>
      ),
    },
    { title: keys.kind, cell: ({ kind }) => keys.kinds[kind] },
    { title: keys.mode, cell: ({ mode }) => <Mark tone="plain">{texts.modes[mode]}</Mark> },
    { title: keys.state, cell: (key) => <KeyState of={key} /> },
    {
      title: keys.limits,
      cell: ({ addresses, dailyCap }) =>
        [addresses?.join(', '), dailyCap && keys.cap(dailyCap)].filter(Boolean).join(' · ') ||
        texts.none,
    },
    { title: keys.created, cell: ({ createdAtMs }) => <Moment ms={createdAtMs} /> },
    {
      title: texts.action,
      cell: (key) => (
        <div className="row">
          {key.state === 'active' && mayKeep && (
            <Button size="small" onClick={() => setOpened(key)}>
              {keys.manage}
            </Button>
          )}
          <PageLink to="/calls" query={{ keyId: key.id }}>
            {texts.menu['/calls']}
          </PageLink>
        </div>
      ),
    },
  ]
  return (
    <Page title={keys.title} hint={keys.hint} action={create}>
      <Card>
        <ListTable
          label={keys.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={keys.empty}
          emptyAction={create}
        />
      </Card>
      {creating && <CreateKey onClose={() => setCreating(false)} onDone={finish} />}
      {opened && <KeyDialog of={opened} onClose={() => setOpened(undefined)} onDone={finish} />}
      {made && <NewKeyDialog made={made} onClose={() => setMade(undefined)} />}
    </Page>
  )
}

function KeyState({ of: { state, retiresAtMs, expiresAtMs } }: { readonly of: Key }) {
  const { keys } = usePreferences().texts
  if (state === 'revoked') return <Mark tone="bad">{keys.states.revoked}</Mark>
  const endsAtMs = retiresAtMs ?? expiresAtMs
  if (endsAtMs === undefined) return <Mark tone="good">{keys.states.active}</Mark>
  return (
    <>
      <Mark tone="busy">{keys.states.ending}</Mark> <Moment ms={endsAtMs} />
    </>
  )
}
