/** What vendors cost in a month, the margin at a price, and what was saved by not asking them. */
import { Button } from 'antd'
import { useId, useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Choice, TextField } from '../../parts/form.tsx'
import { count } from '../../parts/format.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'
import { centifenOf, exactYuan } from './money.ts'
import { lastMonths, periodOf } from './period.ts'
import type { Costs, RouteCosts, Savings } from './vendor-types.ts'

const MONTHS = 13

export function CostsTab() {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const months = lastMonths(Date.now(), MONTHS)
  const [month, setMonth] = useState(months[0]!)
  const id = useId()
  const { sinceMs, untilMs } = periodOf(month)
  const period = `sinceMs=${sinceMs}&untilMs=${untilMs}`
  const { data, problem, reload } = useAdmin<Costs>(`/api/admin/vendors/costs?${period}`)
  const chooser = (
    <>
      <label htmlFor={id}>{words.month}</label>
      <Choice
        id={id}
        value={month}
        options={months.map((each) => [each, each])}
        onChange={setMonth}
      />
    </>
  )
  const number = (name: keyof Omit<RouteCosts, 'route'>, isMoney = false): Column<RouteCosts> => ({
    title: COST_COLUMNS[name](words),
    numeric: true,
    cell: (row) => (isMoney ? exactYuan(row[name]) : count(row[name])),
  })
  const columns: readonly Column<RouteCosts>[] = [
    { title: words.route, cell: ({ route }) => <b>{route}</b> },
    number('settled'),
    number('free'),
    number('unknown'),
    number('costCentifen', true),
    number('unknownCentifen', true),
  ]
  return (
    <>
      <Card title={words.tabs.costs} action={chooser}>
        <ProblemNote problem={problem} onRetry={reload} />
        {data === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
        {data?.routes.length === 0 && <Empty>{words.noCosts}</Empty>}
        {data !== undefined && data.routes.length > 0 && (
          <Table
            label={words.tabs.costs}
            columns={columns}
            items={data.routes}
            keyOf={({ route }) => route}
          />
        )}
      </Card>
      {data !== undefined && <SavingsCard key={month} period={period} costs={data.routes} />}
    </>
  )
}

type Words = (typeof VENDOR_TEXTS)['zh']

const COST_COLUMNS = {
  settled: (words: Words) => words.settled,
  free: (words: Words) => words.free,
  unknown: (words: Words) => words.unknown,
  costCentifen: (words: Words) => words.cost,
  unknownCentifen: (words: Words) => words.unknownCost,
} as const

interface SavingsProps {
  readonly period: string
  readonly costs: readonly RouteCosts[]
}

/** The log of calls is read for it, so only when somebody asks. */
function SavingsCard({ period, costs }: SavingsProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const [isAsked, setIsAsked] = useState(false)
  const [soldAt, setSoldAt] = useState('')
  const path = isAsked ? `/api/admin/vendors/savings?${period}` : undefined
  const { data, problem, reload } = useAdmin<Savings>(path)
  const price = centifenOf(soldAt)
  const sold = (data?.charged ?? 0) + (data?.cached ?? 0)
  const cost = costs.reduce((sum, { costCentifen }) => sum + costCentifen, 0)
  return (
    <Card title={words.savings}>
      <p className="quiet">{words.savingsHint}</p>
      {!isAsked && <Button onClick={() => setIsAsked(true)}>{words.showSavings}</Button>}
      {isAsked && data === undefined && problem === undefined && (
        <p className="quiet">{texts.loading}</p>
      )}
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && (
        <>
          <Facts
            rows={[
              [words.saving.malformed, count(data.malformed)],
              [words.saving.guarded, count(data.guarded)],
              [words.saving.shared, count(data.shared)],
              [words.saving.cached, count(data.cached)],
              [words.saving.worth, <b key="worth">{exactYuan(data.worthCentifen)}</b>],
              [words.saving.unknown, count(data.unknown)],
              [
                words.saving.compared,
                `${count(data.compared)} · ${exactYuan(data.comparedCentifen)}`,
              ],
            ]}
          />
          <div className="form">
            <TextField
              label={words.soldAt}
              hint={words.soldAtHint}
              name="soldAt"
              placeholder="0.50"
              problem={undefined}
              value={soldAt}
              onChange={setSoldAt}
            />
          </div>
          {price !== undefined && (
            <Facts
              rows={[
                [words.revenue, exactYuan(sold * price)],
                [words.totalCost, exactYuan(cost)],
                [words.margin, <b key="margin">{exactYuan(sold * price - cost)}</b>],
              ]}
            />
          )}
        </>
      )}
    </Card>
  )
}
