/** How accounts behave: failing shares, variations about one value, refusals; never an element. */
import { Button } from 'antd'
import { CONDUCT_TEXTS } from '../../locale/pages/conduct.ts'
import { count } from '../../parts/format.ts'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts, Mark, PageLink } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useSession } from '../../session.ts'
import { useAdmin } from '../../use-admin.ts'

interface AccountConduct {
  readonly accountId: string
  readonly name: string
  readonly verdicts: number
  readonly failing: number
  readonly malformed: number
  readonly guarded: number
  readonly isAlarming: boolean
}

interface Spread {
  readonly accountId: string
  readonly of: string
  readonly varied: string
  readonly values: number
  readonly calls: number
}

interface GuardedDay {
  readonly day: string
  readonly accountId: string
  readonly calls: number
}

interface Conduct {
  readonly failingPercentMax: number
  readonly verdictsMin: number
  readonly spreadMin: number
  readonly accounts: readonly AccountConduct[]
  readonly spreads: readonly Spread[]
  readonly guarded: readonly GuardedDay[]
  readonly guardedBy: Readonly<Record<string, number>>
}

const PERCENT = 100

export function ConductPage() {
  const { texts } = usePreferences()
  const words = useTexts(CONDUCT_TEXTS)
  const { data, problem, reload } = useAdmin<Conduct>('/api/admin/conduct')
  const names = new Map(data?.accounts.map(({ accountId, name }) => [accountId, name]))
  const nameOf = (accountId: string) => names.get(accountId) || accountId
  return (
    <Page
      title={words.title}
      hint={words.hint}
      action={<Button onClick={reload}>{words.again}</Button>}
    >
      <ProblemNote problem={problem} onRetry={reload} />
      {data === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
      {data !== undefined && (
        <>
          <Accounts data={data} />
          <Spreads data={data} nameOf={nameOf} />
          <Guarded data={data} nameOf={nameOf} />
        </>
      )}
    </Page>
  )
}

function Accounts({ data }: { readonly data: Conduct }) {
  const { texts } = usePreferences()
  const words = useTexts(CONDUCT_TEXTS)
  const { chooseAccount } = useSession()
  const columns: readonly Column<AccountConduct>[] = [
    {
      title: words.account,
      cell: ({ name, accountId, isAlarming }) => (
        <>
          <b>{name || accountId}</b> {isAlarming && <Mark tone="bad">{words.alarming}</Mark>}
        </>
      ),
    },
    { title: words.verdicts, numeric: true, cell: ({ verdicts }) => count(verdicts) },
    { title: words.failing, numeric: true, cell: ({ failing }) => count(failing) },
    {
      title: words.share,
      numeric: true,
      cell: ({ verdicts, failing }) => shareOf(failing, verdicts),
    },
    { title: words.malformed, numeric: true, cell: ({ malformed }) => count(malformed) },
    { title: words.guarded, numeric: true, cell: ({ guarded }) => count(guarded) },
    {
      title: texts.action,
      cell: ({ accountId }) => (
        <div className="row">
          <PageLink to="/accounts" onFollow={() => chooseAccount(accountId)}>
            {words.openAccount}
          </PageLink>
          <PageLink to="/calls" onFollow={() => chooseAccount(accountId)}>
            {words.calls}
          </PageLink>
        </div>
      ),
    },
  ]
  return (
    <Card title={words.accounts}>
      <p className="quiet">{words.accountsHint(data.failingPercentMax, count(data.verdictsMin))}</p>
      {data.accounts.length === 0 && <Empty>{words.noAccounts}</Empty>}
      {data.accounts.length > 0 && (
        <Table
          label={words.accounts}
          columns={columns}
          items={data.accounts}
          keyOf={({ accountId }) => accountId}
        />
      )}
    </Card>
  )
}

interface PartProps {
  readonly data: Conduct
  nameOf(accountId: string): string
}

function Spreads({ data, nameOf }: PartProps) {
  const words = useTexts(CONDUCT_TEXTS)
  const columns: readonly Column<Spread>[] = [
    { title: words.account, cell: ({ accountId }) => <b>{nameOf(accountId)}</b> },
    { title: words.kept, cell: (spread) => words.elements[spread.of] },
    { title: words.varied, cell: ({ varied }) => words.elements[varied] },
    { title: words.values, numeric: true, cell: ({ values }) => count(values) },
    { title: words.about, numeric: true, cell: ({ calls }) => count(calls) },
  ]
  return (
    <Card title={words.spreads}>
      <p className="quiet">{words.spreadsHint(data.spreadMin)}</p>
      {data.spreads.length === 0 && <Empty>{words.noSpreads}</Empty>}
      {data.spreads.length > 0 && (
        <Table
          label={words.spreads}
          columns={columns}
          items={data.spreads}
          keyOf={(spread) => `${spread.accountId} ${spread.of} ${spread.varied}`}
        />
      )}
    </Card>
  )
}

function Guarded({ data, nameOf }: PartProps) {
  const words = useTexts(CONDUCT_TEXTS)
  const counters = Object.entries(data.guardedBy)
  const columns: readonly Column<GuardedDay>[] = [
    { title: words.day, cell: ({ day }) => day },
    { title: words.account, cell: ({ accountId }) => nameOf(accountId) },
    { title: words.refused, numeric: true, cell: ({ calls }) => count(calls) },
  ]
  return (
    <Card title={words.byDay}>
      <p className="quiet">{words.byDayHint}</p>
      {data.guarded.length === 0 && <Empty>{words.noneGuarded}</Empty>}
      {data.guarded.length > 0 && (
        <Table
          label={words.byDay}
          columns={columns}
          items={data.guarded}
          keyOf={({ day, accountId }) => `${day} ${accountId}`}
        />
      )}
      {counters.length > 0 && (
        <>
          <h3>{words.counters}</h3>
          <Facts rows={counters.map(([name, calls]) => [name, count(calls)])} />
        </>
      )}
    </Card>
  )
}

function shareOf(failing: number, verdicts: number): string {
  return verdicts === 0 ? '—' : `${((PERCENT * failing) / verdicts).toFixed(1)}%`
}
