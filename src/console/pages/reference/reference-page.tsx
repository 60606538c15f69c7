/** The reference: what every code of every interface means, searched as one types. */
import { Input } from 'antd'
import { useState } from 'react'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Mark } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'
import type { Catalogue, Result } from '../explorer/catalogue.ts'

export function ReferencePage() {
  const { language, texts } = usePreferences()
  const { reference } = texts
  const [wanted, setWanted] = useState('')
  const { data, problem, reload } = useAdmin<Catalogue>('/api/admin/explorer')
  const words = wanted.trim().toLowerCase()
  const found = (data?.apis ?? [])
    .map((api) => ({ api, results: api.results.filter((result) => isFound(result, words)) }))
    .filter(({ results }) => results.length > 0)
  const columns: readonly Column<Result>[] = [
    { title: texts.explorer.resultCode, cell: ({ code }) => <code>{code}</code> },
    { title: texts.explorer.resultText, cell: ({ text }) => text },
    {
      title: texts.explorer.billing,
      cell: ({ billable }) => (
        <Mark tone={billable ? 'busy' : 'plain'}>
          {billable ? texts.explorer.charged : texts.explorer.free}
        </Mark>
      ),
    },
  ]
  return (
    <Page title={reference.title} hint={reference.hint}>
      <Input
        allowClear
        size="large"
        className="search"
        aria-label={reference.search}
        placeholder={reference.search}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && found.length === 0 && <Empty>{reference.none}</Empty>}
      {found.map(({ api, results }) => (
        <Card key={api.id} title={`${api.title[language]} · ${api.id}`}>
          <Table label={api.id} columns={columns} items={results} keyOf={({ code }) => code} />
        </Card>
      ))}
    </Page>
  )
}

function isFound({ code, text }: Result, words: string): boolean {
  return `${code} ${text}`.toLowerCase().includes(words)
}
