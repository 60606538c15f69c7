/** The overview: what is left, what today brought, and how the last days went. */
import { lazy, Suspense } from 'react'
import type { CallTotal, Mode, Overview, StatementLine } from '../../api-types.ts'
import { beijingDate, count } from '../../parts/format.ts'
import { BurnOrder } from '../../parts/grants.tsx'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ResultMark } from '../../parts/result-mark.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { PageLink } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useAdmin } from '../../use-admin.ts'
import { CHART_DAYS, DAY_MS } from './chart-days.ts'

const UsageChart = lazy(async () => {
  const { UsageChart: Chart } = await import('./usage-chart.tsx')
  return { default: Chart }
})

const US_PER_MS = 1_000

export function OverviewPage() {
  const { texts } = usePreferences()
  const { overview } = texts
  const scoped = useScoped()
  const { data, problem, reload } = useAdmin<Overview>(scoped('/api/admin/overview'))
  const mayReadBooks = useMay('buyer_admin', 'buyer_finance', 'operator', 'auditor')
  const title = data === undefined ? overview.title : `${overview.title} · ${data.name}`
  return (
    <Page title={title} hint={overview.hint}>
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && <Figures of={data} />}
      {data !== undefined && mayReadBooks && <Usage />}
      {data !== undefined && <Content of={data} />}
    </Page>
  )
}

function Figures({ of: { quota, today } }: { readonly of: Overview }) {
  const { overview } = usePreferences().texts
  const left = (mode: Mode) =>
    quota.filter((pool) => pool.mode === mode).reduce((all, pool) => all + pool.available, 0)
  const ms = (us: number | undefined) =>
    us === undefined ? '—' : `${(us / US_PER_MS).toFixed(1)} ms`
  const figures = [
    [overview.left, count(left('live'))],
    [overview.leftTest, count(left('test'))],
    [overview.calls, count(today.calls)],
    [overview.charged, count(today.charged)],
    [overview.p50, ms(today.latencyUs?.p50)],
    [overview.p99, ms(today.latencyUs?.p99)],
  ] as const
  return (
    <ul className="figures">
      {figures.map(([name, value]) => (
        <li key={name} className="card figure">
          <span className="quiet">{name}</span>
          <strong>{value}</strong>
        </li>
      ))}
    </ul>
  )
}

/** Units used by day, from the same statements as the page of that name. */
function Usage() {
  const { texts } = usePreferences()
  const scoped = useScoped()
  const nowMs = Date.now()
  const from = beijingDate(nowMs - (CHART_DAYS - 1) * DAY_MS)
  const to = beijingDate(nowMs)
  const path = scoped(`/api/admin/statements?${new URLSearchParams({ by: 'day', from, to })}`)
  const { data } = useAdmin<{ items: readonly StatementLine[] }>(path)
  if (data === undefined || data.items.every(({ used }) => used === 0)) return null
  return (
    <Card title={texts.overview.chart}>
      <Suspense fallback={<p className="quiet">{texts.loading}</p>}>
        <UsageChart lines={data.items} lastDay={to} />
      </Suspense>
    </Card>
  )
}

function Content({ of: { today, burnOrder } }: { readonly of: Overview }) {
  const { texts } = usePreferences()
  const { overview } = texts
  return (
    <>
      {today.calls === 0 ? (
        <Empty action={<PageLink to="/">{overview.tryIt}</PageLink>}>{overview.noCalls}</Empty>
      ) : (
        <Results totals={today.results} />
      )}
      {burnOrder.length === 0 && (
        <Empty action={<PageLink to="/plans">{texts.orders.buy}</PageLink>}>
          {texts.packages.empty}
        </Empty>
      )}
      <BurnOrder grants={burnOrder} />
    </>
  )
}

/** Today's calls by interface and what came of them, the most frequent first. */
function Results({ totals }: { readonly totals: readonly CallTotal[] }) {
  const { texts } = usePreferences()
  const { overview } = texts
  const columns: readonly Column<CallTotal>[] = [
    { title: texts.calls.result, cell: ({ result }) => <ResultMark result={result} /> },
    { title: texts.calls.api, cell: ({ api }) => <code>{api}</code> },
    { title: overview.calls, numeric: true, cell: ({ calls }) => count(calls) },
    { title: overview.charged, numeric: true, cell: ({ charged }) => count(charged) },
    {
      title: texts.action,
      cell: ({ result }) => (
        <PageLink to="/calls" query={{ result }}>
          {overview.look}
        </PageLink>
      ),
    },
  ]
  const keyOf = ({ api, result }: CallTotal) => `${api} ${result}`
  return (
    <Card title={overview.results}>
      <Table label={overview.results} columns={columns} items={totals} keyOf={keyOf} />
    </Card>
  )
}
