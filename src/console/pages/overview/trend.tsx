/** How calls, charges, errors and latency went over the last hours or days. */
import { lazy, Suspense, useState } from 'react'
import type { Mode, SeriesPoint } from '../../api-types.ts'
import { OVERVIEW_TEXTS } from '../../locale/pages/overview.ts'
import { Choice } from '../../parts/form.tsx'
import { count } from '../../parts/format.ts'
import { Card } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useAdmin } from '../../use-admin.ts'

const SeriesChart = lazy(async () => {
  const { SeriesChart: Chart } = await import('./series-chart.tsx')
  return { default: Chart }
})

const US_PER_MS = 1_000

type Step = 'hour' | 'day'

export function Trend() {
  const { texts } = usePreferences()
  const trend = useTexts(OVERVIEW_TEXTS)
  const scoped = useScoped()
  const [by, setBy] = useState<Step>('hour')
  const [mode, setMode] = useState<Mode | ''>('')
  const query = new URLSearchParams({ by, ...(mode !== '' && { mode }) })
  const path = scoped(`/api/admin/overview/series?${query}`)
  const { data, problem, reload } = useAdmin<{ items: readonly SeriesPoint[] }>(path)
  const choices = (
    <div className="row">
      <Choice<Step>
        label={trend.by}
        value={by}
        options={[
          ['hour', trend.bys.hour],
          ['day', trend.bys.day],
        ]}
        onChange={setBy}
      />
      <Choice<Mode | ''>
        label={trend.mode}
        value={mode}
        options={[
          ['', trend.allModes],
          ['live', texts.modes.live],
          ['test', texts.modes.test],
        ]}
        onChange={setMode}
      />
    </div>
  )
  return (
    <Card title={trend.trend} action={choices}>
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && <Charts points={data.items} by={by} />}
    </Card>
  )
}

function Charts({ points, by }: { readonly points: readonly SeriesPoint[]; readonly by: Step }) {
  const { texts } = usePreferences()
  const trend = useTexts(OVERVIEW_TEXTS)
  const all = (what: 'calls' | 'charged' | 'errors') =>
    count(points.reduce((sum, point) => sum + point[what], 0))
  if (points.every(({ calls }) => calls === 0)) return <p className="quiet">{trend.quiet}</p>
  const slowestUs = Math.max(...points.map(({ p99Us }) => p99Us ?? 0))
  const span = trend.bys[by]
  const { series } = trend
  return (
    <Suspense fallback={<p className="quiet">{texts.loading}</p>}>
      <h3>{trend.callsChart}</h3>
      <SeriesChart
        label={trend.callsLabel(span, all('calls'), all('charged'), all('errors'))}
        times={points.map(({ atMs }) => atMs)}
        by={by}
        lines={(['calls', 'charged', 'errors'] as const).map((name) => ({
          name: series[name],
          values: points.map((point) => point[name]),
        }))}
      />
      <h3>{trend.latencyChart}</h3>
      <SeriesChart
        label={trend.latencyLabel(span, count(slowestUs / US_PER_MS))}
        times={points.map(({ atMs }) => atMs)}
        by={by}
        lines={(['p50Us', 'p99Us'] as const).map((name) => ({
          name: series[name],
          values: points.map((point) => msOf(point[name])),
        }))}
      />
    </Suspense>
  )
}

function msOf(us: number | undefined): number | null {
  return us === undefined ? null : us / US_PER_MS
}
