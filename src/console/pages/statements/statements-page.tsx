/** Statements: what an account had, what came and went, and what is left, by day or month. */
import { useState } from 'react'
import { STATEMENT_COLUMNS, type StatementLine } from '../../api-types.ts'
import { ChoiceField, TextField } from '../../parts/form.tsx'
import { beijingDate, count } from '../../parts/format.ts'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useAdmin } from '../../use-admin.ts'

const DAY_MS = 86_400_000
const SHOWN_DAYS = 30

export function StatementsPage() {
  const { texts } = usePreferences()
  const { statements } = texts
  const scoped = useScoped()
  const [by, setBy] = useState<'day' | 'month'>('day')
  const [from, setFrom] = useState(() => beijingDate(Date.now() - SHOWN_DAYS * DAY_MS))
  const [to, setTo] = useState(() => beijingDate(Date.now()))
  const query = `?${new URLSearchParams({ by, from, to })}`
  const { data, problem, reload } = useAdmin<{ items: readonly StatementLine[] }>(
    scoped(`/api/admin/statements${query}`),
  )
  const csv = <a href={scoped(`/api/admin/statements.csv${query}`)}>{statements.csv}</a>
  const field = { problem: undefined }
  return (
    <Page title={statements.title} hint={statements.hint} action={csv}>
      <Card>
        <div className="filters">
          <ChoiceField
            {...field}
            label={statements.by}
            name="by"
            value={by}
            options={[
              ['day', statements.day],
              ['month', statements.month],
            ]}
            onChange={setBy}
          />
          <TextField
            {...field}
            label={statements.from}
            name="from"
            type="date"
            value={from}
            onChange={setFrom}
          />
          <TextField
            {...field}
            label={statements.to}
            name="to"
            type="date"
            value={to}
            onChange={setTo}
          />
        </div>
        <details className="fold">
          <summary>{statements.legend}</summary>
          <Facts
            rows={STATEMENT_COLUMNS.map((column) => [
              statements.columns[column],
              statements.meanings[column],
            ])}
          />
        </details>
        <ProblemNote problem={problem} onRetry={reload} />
        {data?.items.length === 0 && <Empty>{statements.empty}</Empty>}
      </Card>
      {data !== undefined && <Pools lines={data.items} />}
    </Page>
  )
}

function Pools({ lines }: { readonly lines: readonly StatementLine[] }) {
  const { texts } = usePreferences()
  const { statements } = texts
  const isMany = new Set(lines.map(({ accountId }) => accountId)).size > 1
  const columns: readonly Column<StatementLine>[] = [
    { title: statements.period, cell: ({ period }) => period },
    { title: statements.opening, numeric: true, cell: ({ opening }) => count(opening) },
    ...STATEMENT_COLUMNS.map((column) => ({
      title: statements.columns[column],
      numeric: true,
      cell: (line: StatementLine) => <Moved units={line[column]} />,
    })),
    { title: statements.closing, numeric: true, cell: ({ closing }) => <b>{count(closing)}</b> },
  ]
  const pools = Map.groupBy(lines, ({ accountId, product, mode }) =>
    [texts.products[product], texts.modes[mode], ...(isMany ? [accountId] : [])].join(' · '),
  )
  // What little happened in is what nobody looks for.
  const busyFirst = [...pools].toSorted(([, one], [, other]) => moved(other) - moved(one))
  return busyFirst.map(([title, items]) => (
    <Card key={title} title={title}>
      <Table label={title} columns={columns} items={items} keyOf={({ period }) => period} />
    </Card>
  ))
}

/** Most days most columns are zero, which should not hide the others. */
function Moved({ units }: { readonly units: number }) {
  return units === 0 ? <span className="quiet">0</span> : count(units)
}

/** How many units came and went. */
function moved(lines: readonly StatementLine[]): number {
  return lines
    .flatMap((line) => STATEMENT_COLUMNS.map((column) => line[column]))
    .reduce((sum, units) => sum + units, 0)
}
