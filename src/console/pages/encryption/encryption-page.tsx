/** Encryption keys: what callers encrypt elements with; made, replaced and retired here. */
import { Button } from 'antd'
import { useState } from 'react'
import type { EncryptionKey } from '../../api-types.ts'
import { ENCRYPTION_TEXTS } from '../../locale/pages/encryption.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment, type Tone } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { CreateEncryptionKey, EncryptionKeyDialog } from './encryption-dialogs.tsx'

const TONES: Readonly<Record<EncryptionKey['state'], Tone>> = {
  active: 'good',
  retiring: 'busy',
  retired: 'bad',
}

export function EncryptionPage() {
  const { texts } = usePreferences()
  const own = useTexts(ENCRYPTION_TEXTS)
  const scoped = useScoped()
  const listing = useList<EncryptionKey>(scoped('/api/admin/encryption-keys'))
  const mayKeep = useMay('buyer_admin', 'buyer_developer', 'operator')
  const [creating, setCreating] = useState(false)
  const [opened, setOpened] = useState<EncryptionKey>()
  const finish = (made?: EncryptionKey) => {
    setCreating(false)
    setOpened(made)
    listing.reload()
  }
  const create = mayKeep && (
    <Button type="primary" onClick={() => setCreating(true)}>
      {own.create}
    </Button>
  )
  const columns: readonly Column<EncryptionKey>[] = [
    { title: own.algorithm, cell: ({ algorithm }) => own.algorithms[algorithm] },
    {
      title: own.state,
      cell: ({ state }) => <Mark tone={TONES[state]}>{own.states[state]}</Mark>,
    },
    { title: own.created, cell: ({ createdAtMs }) => <Moment ms={createdAtMs} /> },
    { title: own.retired, cell: ({ retiredAtMs }) => <Moment ms={retiredAtMs} /> },
    { title: texts.id, cell: ({ id }) => <Id>{id}</Id> },
    {
      title: texts.action,
      cell: (key) => (
        <Button size="small" onClick={() => setOpened(key)}>
          {own.how}
        </Button>
      ),
    },
  ]
  return (
    <Page title={own.title} hint={own.hint} action={create}>
      <Card>
        <ListTable
          label={own.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={own.empty}
          emptyAction={create}
        />
      </Card>
      {creating && <CreateEncryptionKey onClose={() => setCreating(false)} onDone={finish} />}
      {opened && (
        <EncryptionKeyDialog
          key={opened.id}
          of={opened}
          mayKeep={mayKeep}
          onClose={() => setOpened(undefined)}
          onDone={finish}
        />
      )}
    </Page>
  )
}
