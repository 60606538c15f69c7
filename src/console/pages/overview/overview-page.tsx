/** The overview: what is left, what today brought, and how the last days went. */
import type { CallTotal, Mode, Overview } from '../../api-types.ts'
import { OVERVIEW_TEXTS } from '../../locale/pages/overview.ts'
import { count } from '../../parts/format.ts'
import { BurnOrder } from '../../parts/grants.tsx'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ResultMark } from '../../parts/result-mark.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { PageLink } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { ALL_ACCOUNTS, useScoped, useSession } from '../../session.ts'
import { useAdmin } from '../../use-admin.ts'
import { Trend } from './trend.tsx'

const US_PER_MS = 1_000
/** Times beyond it are told in whole milliseconds. */
const EXACT_BELOW_US = 10_000

export function OverviewPage() {
  const overview = useTexts(OVERVIEW_TEXTS)
  const scoped = useScoped()
  const { accountId } = useSession()
  const isOne = accountId !== undefined && accountId !== ALL_ACCOUNTS
  const path = isOne ? scoped('/api/admin/overview') : undefined
  const { data, problem, reload } = useAdmin<Overview>(path)
  const title = data === undefined ? overview.title : `${overview.title} · ${data.name}`
  return (
    <Page title={title} hint={overview.hint}>
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && <Figures of={data} />}
      {data !== undefined && data.today.calls > 0 && <Troubles totals={data.today.results} />}
      {(data !== undefined || !isOne) && <Trend />}
      {!isOne && <p className="quiet">{overview.choose}</p>}
      {data !== undefined && <Content of={data} />}
    </Page>
  )
}

function Figures({ of: { quota, today } }: { readonly of: Overview }) {
  const overview = useTexts(OVERVIEW_TEXTS)
  const left = (mode: Mode) =>
    quota.filter((pool) => pool.mode === mode).reduce((all, pool) => all + pool.available, 0)
  const ms = (us: number) => (us / US_PER_MS).toFixed(us < EXACT_BELOW_US ? 1 : 0)
  const { latencyUs } = today
  const errors = today.results.filter(isTrouble).reduce((sum, { calls }) => sum + calls, 0)
  const figures = [
    [overview.left, count(left('live'))],
    [overview.leftTest, count(left('test'))],
    [overview.calls, count(today.calls)],
    [overview.charged, count(today.charged)],
    [overview.errors, count(errors)],
    [
      overview.latency,
      latencyUs === undefined ? '—' : `${ms(latencyUs.p50)} / ${ms(latencyUs.p99)} ms`,
    ],
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

function Content({ of: { today, burnOrder } }: { readonly of: Overview }) {
  const { texts } = usePreferences()
  const overview = useTexts(OVERVIEW_TEXTS)
  return (
    <>
      {today.calls === 0 ? (
        <Card title={overview.results}>
          <Empty action={<PageLink to="/">{texts.overview.tryIt}</PageLink>}>
            {overview.noCalls}
          </Empty>
        </Card>
      ) : (
        <Results totals={today.results} />
      )}
      {burnOrder.length === 0 && (
        <Card title={texts.packages.title}>
          <Empty action={<PageLink to="/plans">{texts.orders.buy}</PageLink>}>
            {texts.packages.empty}
          </Empty>
        </Card>
      )}
      <BurnOrder grants={burnOrder} />
    </>
  )
}

/** Today's calls by interface and what came of them, the most frequent first. */
function Results({ totals }: { readonly totals: readonly CallTotal[] }) {
  const { texts } = usePreferences()
  const overview = useTexts(OVERVIEW_TEXTS)
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
  return (
    <Card title={overview.results}>
      <Table label={overview.results} columns={columns} items={totals} keyOf={keyOf} />
    </Card>
  )
}

/** What brought no verdict today, with what to do about it; nothing on a good day. */
function Troubles({ totals }: { readonly totals: readonly CallTotal[] }) {
  const { texts } = usePreferences()
  const overview = useTexts(OVERVIEW_TEXTS)
  const troubles = totals.filter(isTrouble)
  if (troubles.length === 0) return null
  const advice: Readonly<Record<string, string>> = texts.results.advice
  const columns: readonly Column<CallTotal>[] = [
    { title: texts.calls.result, cell: ({ result }) => <ResultMark result={result} /> },
    { title: overview.calls, numeric: true, cell: ({ calls }) => count(calls) },
    { title: overview.next, cell: ({ concerns }) => advice[concerns] ?? '' },
    {
      title: texts.action,
      cell: ({ result }) => (
        <PageLink to="/calls" query={{ result }}>
          {overview.look}
        </PageLink>
      ),
    },
  ]
  return (
    <Card title={overview.troubles}>
      <Table label={overview.troubles} columns={columns} items={troubles} keyOf={keyOf} />
    </Card>
  )
}

/** Refusals, and answers without a verdict. */
function isTrouble({ isOutcome, concerns }: CallTotal): boolean {
  return !isOutcome || concerns === 'unavailable'
}

function keyOf({ api, result }: CallTotal): string {
  return `${api} ${result}`
}
