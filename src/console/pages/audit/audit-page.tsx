/** The audit log: who did what, to what, and when; by any of these, and as a file. */
import { Button } from 'antd'
import { useState } from 'react'
import type { AuditLine } from '../../api-types.ts'
import { AUDIT_TEXTS } from '../../locale/pages/audit.ts'
import { TextField } from '../../parts/form.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useList } from '../../use-admin.ts'

interface Filters {
  readonly actor: string
  readonly action: string
  readonly subject: string
}

const NONE: Filters = { actor: '', action: '', subject: '' }
const PATH = '/api/admin/audit'

export function AuditPage() {
  const { audit } = usePreferences().texts
  const words = useTexts(AUDIT_TEXTS)
  const [filters, setFilters] = useState(NONE)
  const query = queryOf(filters)
  const listing = useList<AuditLine>(PATH + query)
  const columns: readonly Column<AuditLine>[] = [
    { title: audit.at, cell: ({ atMs }) => <Moment ms={atMs} /> },
    { title: audit.actor, cell: ({ actor }) => actor },
    { title: audit.action, cell: ({ action }) => <code>{action}</code> },
    { title: audit.subject, cell: ({ subject }) => (subject === '' ? '—' : <Id>{subject}</Id>) },
    {
      title: audit.detail,
      cell: ({ detail }) => <span className="breakable">{detail || '—'}</span>,
    },
  ]
  const download = (
    <a href={`${PATH}.csv${query}`} download="audit.csv">
      {words.exportCsv}
    </a>
  )
  return (
    <Page title={audit.title} hint={audit.hint} action={download}>
      <Card>
        <AuditFilters onChange={setFilters} />
        <ListTable
          label={audit.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={query === '' ? audit.empty : words.none}
        />
      </Card>
    </Page>
  )
}

function AuditFilters({ onChange }: { onChange(filters: Filters): void }) {
  const { audit } = usePreferences().texts
  const words = useTexts(AUDIT_TEXTS)
  const [typed, setTyped] = useState(NONE)
  const set = (name: keyof Filters) => (value: string) => setTyped({ ...typed, [name]: value })
  const field = { problem: undefined }
  return (
    <form
      className="filters"
      onSubmit={(event) => {
        event.preventDefault()
        onChange(typed)
      }}
    >
      <TextField
        {...field}
        label={audit.actor}
        name="actor"
        placeholder={words.actorHint}
        value={typed.actor}
        onChange={set('actor')}
      />
      <TextField
        {...field}
        label={audit.action}
        name="action"
        placeholder={words.actionHint}
        value={typed.action}
        onChange={set('action')}
      />
      <TextField
        {...field}
        label={audit.subject}
        name="subject"
        value={typed.subject}
        onChange={set('subject')}
      />
      <Button htmlType="submit">{words.filter}</Button>
      <Button
        onClick={() => {
          setTyped(NONE)
          onChange(NONE)
        }}
      >
        {words.all}
      </Button>
    </form>
  )
}

function queryOf(filters: Filters): string {
  const typed = Object.entries(filters)
    .map(([name, value]) => [name, value.trim()] as const)
    .filter(([, value]) => value !== '')
  return typed.length === 0 ? '' : `?${new URLSearchParams(typed.map((pair) => [...pair]))}`
}
