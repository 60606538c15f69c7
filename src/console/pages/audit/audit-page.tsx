/** The audit log: who did what, to what, and when. */
import type { AuditLine } from '../../api-types.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Moment } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useList } from '../../use-admin.ts'

export function AuditPage() {
  const { audit } = usePreferences().texts
  const listing = useList<AuditLine>('/api/admin/audit')
  const columns: readonly Column<AuditLine>[] = [
    { title: audit.at, cell: ({ atMs }) => <Moment ms={atMs} /> },
    { title: audit.actor, cell: ({ actor }) => actor },
    { title: audit.action, cell: ({ action }) => <code>{action}</code> },
    { title: audit.subject, cell: ({ subject }) => (subject === '' ? '—' : <Id>{subject}</Id>) },
    { title: audit.detail, cell: ({ detail }) => detail },
  ]
  return (
    <Page title={audit.title} hint={audit.hint}>
      <Card>
        <ListTable
          label={audit.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={audit.empty}
        />
      </Card>
    </Page>
  )
}
