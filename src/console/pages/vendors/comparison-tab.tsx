/** Two sources asked the same: how that is set, what it costs, and where their answers differ. */
import { Button } from 'antd'
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { count } from '../../parts/format.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ResultMark } from '../../parts/result-mark.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useAdmin, useDeed } from '../../use-admin.ts'
import { exactYuan } from './money.ts'
import type { VendorTabProps } from './routes-tab.tsx'
import { SetComparison } from './set-comparison.tsx'
import type { ComparedPair, Comparison, ComparisonCell } from './vendor-types.ts'

const PATH = '/api/admin/vendors/comparison'
const PERCENT = 100

export function ComparisonTab({ vendors }: VendorTabProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const { data, problem, reload } = useAdmin<Comparison>(PATH)
  return (
    <>
      <ProblemNote problem={problem} onRetry={reload} />
      {data === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
      {data !== undefined && (
        <>
          <Setting routes={vendors.routes.map(({ name }) => name)} data={data} onChange={reload} />
          {data.stops.length > 0 && <Stops data={data} onChange={reload} />}
          <Card title={words.matrix}>
            {data.pairs.length === 0 && <Empty>{words.noPairs}</Empty>}
            {data.pairs.length > 0 && <Found data={data} />}
          </Card>
        </>
      )}
    </>
  )
}

interface SettingProps {
  readonly routes: readonly string[]
  readonly data: Comparison
  onChange(): void
}

function Setting({ routes, data, onChange }: SettingProps) {
  const words = useTexts(VENDOR_TEXTS)
  const isOperator = useMay('operator')
  const [isOpen, setIsOpen] = useState(false)
  const { problem, run } = useDeed()
  const end = async () => {
    if ((await run('DELETE', PATH)) !== undefined) onChange()
  }
  const acts = isOperator && (
    <>
      <Button onClick={() => setIsOpen(true)}>{words.compare}</Button>
      {data.policy !== undefined && (
        <Button danger onClick={end}>
          {words.endCompare}
        </Button>
      )}
    </>
  )
  const { policy } = data
  return (
    <Card title={words.compareTitle} action={acts}>
      <p className="quiet">{words.compareHint}</p>
      <ProblemNote problem={problem} />
      {policy === undefined && <p>{words.compareOff}</p>}
      {policy !== undefined && (
        <Facts
          rows={[
            [words.second, <b key="second">{policy.second}</b>],
            [words.perMille, `${count(policy.perMille)} ‰`],
            [words.compares, words.comparesOf[policy.compares]],
            [words.spent, `${exactYuan(data.spentCentifen)} / ${exactYuan(policy.budgetCentifen)}`],
            [words.alarm, words.alarmOf(count(policy.alarmPerMille), count(policy.windowCalls))],
          ]}
        />
      )}
      {isOpen && (
        <SetComparison
          routes={routes}
          policy={policy}
          onClose={() => setIsOpen(false)}
          onDone={() => {
            setIsOpen(false)
            onChange()
          }}
        />
      )}
    </Card>
  )
}

function Stops({ data, onChange }: { readonly data: Comparison; onChange(): void }) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const isOperator = useMay('operator')
  const { problem, run } = useDeed()
  const release = async (route: string) => {
    if ((await run('POST', `/api/admin/vendors/routes/${route}/release`)) !== undefined) onChange()
  }
  const columns: readonly Column<Comparison['stops'][number]>[] = [
    { title: words.route, cell: ({ route }) => <b>{route}</b> },
    { title: words.age, cell: ({ atMs }) => <Moment ms={atMs} /> },
    { title: words.disagreed, numeric: true, cell: (stop) => shareOf(stop) },
  ]
  const acts: Column<Comparison['stops'][number]> = {
    title: texts.action,
    cell: ({ route }) => (
      <Button size="small" onClick={() => release(route)}>
        {words.release}
      </Button>
    ),
  }
  return (
    <Card title={words.stopped}>
      <ProblemNote problem={problem} />
      <Table
        label={words.stopped}
        columns={isOperator ? [...columns, acts] : columns}
        items={data.stops}
        keyOf={({ route }) => route}
      />
    </Card>
  )
}

function Found({ data }: { readonly data: Comparison }) {
  const words = useTexts(VENDOR_TEXTS)
  const pairs: readonly Column<ComparedPair>[] = [
    { title: words.pair, cell: ({ route, second }) => `${route} / ${second}` },
    { title: words.compared, numeric: true, cell: ({ compared }) => count(compared) },
    { title: words.disagreed, numeric: true, cell: (pair) => shareOf(pair) },
  ]
  const cells: readonly Column<ComparisonCell>[] = [
    { title: words.pair, cell: ({ route, second }) => `${route} / ${second}` },
    { title: words.bank, cell: ({ bank }) => bank || words.noBank },
    { title: words.said, cell: ({ outcome }) => <ResultMark result={outcome} /> },
    { title: words.secondSaid, cell: ({ secondOutcome }) => <ResultMark result={secondOutcome} /> },
    { title: words.count, numeric: true, cell: (cell) => count(cell.count) },
  ]
  const differing = data.cells.filter(({ outcome, secondOutcome }) => outcome !== secondOutcome)
  return (
    <>
      <Table
        label={words.compared}
        columns={pairs}
        items={data.pairs}
        keyOf={({ route, second }) => `${route} ${second}`}
      />
      {differing.length > 0 && (
        <>
          <h3>{words.cells}</h3>
          <Table
            label={words.matrix}
            columns={cells}
            items={differing}
            keyOf={(cell) =>
              [cell.route, cell.second, cell.bank, cell.outcome, cell.secondOutcome].join(' ')
            }
          />
        </>
      )}
    </>
  )
}

/** `3 (0.30 %)`. */
function shareOf({ compared, disagreed }: Omit<ComparedPair, 'route' | 'second'>): string {
  const share = compared === 0 ? 0 : (PERCENT * disagreed) / compared
  return `${count(disagreed)} (${share.toFixed(2)} %)`
}
