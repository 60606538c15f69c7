/** Charge tables: which results of an interface cost a unit, and from when on. */
import { Button } from 'antd'
import { useState } from 'react'
import type { ChargeRule } from '../../api-types.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Moment } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { AddRule } from './add-rule.tsx'

export function RulesPage() {
  const { texts } = usePreferences()
  const { rules } = texts
  const names: Readonly<Record<string, string>> = texts.results.outcomes
  const isOperator = useMay('operator')
  const listing = useList<ChargeRule>('/api/admin/charge-rules')
  const [adding, setAdding] = useState(false)
  const columns: readonly Column<ChargeRule>[] = [
    { title: texts.calls.api, cell: ({ api }) => <code>{api}</code> },
    { title: rules.version, cell: ({ version }) => version },
    {
      title: rules.charged,
      cell: ({ charged }) => (
        <span className="wrapped">
          {charged.map((result) => (
            <span key={result} title={result}>
              {names[result] ?? result}
            </span>
          ))}
        </span>
      ),
    },
    {
      title: rules.from,
      cell: ({ effectiveFromMs }) =>
        effectiveFromMs === 0 ? rules.always : <Moment ms={effectiveFromMs} />,
    },
    { title: texts.orders.reason, cell: ({ reason }) => reason || '—' },
  ]
  const add = isOperator && (
    <Button type="primary" onClick={() => setAdding(true)}>
      {rules.add}
    </Button>
  )
  return (
    <Page title={rules.title} hint={rules.hint} action={add}>
      <Card>
        <ListTable
          label={rules.title}
          columns={columns}
          listing={listing}
          keyOf={({ api, version }) => `${api} ${version}`}
          empty={rules.empty}
        />
      </Card>
      {adding && (
        <AddRule
          rules={listing.items ?? []}
          onClose={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            listing.reload()
          }}
        />
      )}
    </Page>
  )
}
