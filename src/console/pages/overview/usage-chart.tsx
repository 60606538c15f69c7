/** Units used by day, as a chart; the same numbers are on the statements. */
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Mode, StatementLine } from '../../api-types.ts'
import { beijingDate, beijingMs, count } from '../../parts/format.ts'
import { type Theme, usePreferences } from '../../preferences.ts'
import { CHART_DAYS, DAY_MS } from './chart-days.ts'

const HEIGHT_PX = 220
const MS_PER_S = 1_000

interface UsageChartProps {
  readonly lines: readonly StatementLine[]
  /** `2026-11-21` */
  readonly lastDay: string
}

export function UsageChart({ lines, lastDay }: UsageChartProps) {
  const { texts, theme } = usePreferences()
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const labels = { live: texts.modes.live, test: texts.modes.test }
    const options = optionsOf(theme, labels, texts.statements.period)
    const size = () => ({ width: element.clientWidth, height: HEIGHT_PX })
    const chart = new UPlot({ ...options, ...size() }, seriesOf(lines, lastDay), element)
    const observer = new ResizeObserver(() => chart.setSize(size()))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [lines, lastDay, texts, theme])
  const used = (mode: Mode) =>
    count(lines.filter((line) => line.mode === mode).reduce((sum, line) => sum + line.used, 0))
  const label = texts.overview.chartLabel(CHART_DAYS, used('live'), used('test'))
  return <div ref={place} className="chart" role="img" aria-label={label} />
}

/** Days as seconds since 1970, and the units used on each with live and with test keys. */
function seriesOf(lines: readonly StatementLine[], lastDay: string): UPlot.AlignedData {
  const lastMs = beijingMs(lastDay) ?? 0
  const days = Array.from({ length: CHART_DAYS }, (_, i) => lastMs - (CHART_DAYS - 1 - i) * DAY_MS)
  const byDay = Map.groupBy(lines, ({ period }) => period)
  const used = (mode: Mode) =>
    days.map((ms) =>
      (byDay.get(beijingDate(ms)) ?? [])
        .filter((line) => line.mode === mode)
        .reduce((sum, line) => sum + line.used, 0),
    )
  return [days.map((ms) => ms / MS_PER_S), used('live'), used('test')]
}

/** Colours of the chart; a canvas knows nothing of style sheets. */
const COLOURS = {
  light: { text: '#59636e', line: '#d9dee3', live: '#0958d9', test: '#1a7f37' },
  dark: { text: '#9ba5b0', line: '#363c44', live: '#69b1ff', test: '#56d364' },
} as const

function optionsOf(theme: Theme, labels: Readonly<Record<Mode, string>>, day: string) {
  const colours = COLOURS[theme]
  const axis = { stroke: colours.text, grid: { stroke: colours.line, width: 1 } }
  const date = (seconds: number) => beijingDate(seconds * MS_PER_S)
  return {
    axes: [
      { ...axis, values: (_: UPlot, ticks: number[]) => ticks.map((tick) => date(tick).slice(5)) },
      { ...axis, values: (_: UPlot, ticks: number[]) => ticks.map(count), size: 60 },
    ],
    series: [
      { label: day, value: (_: UPlot, at: number | null) => (at === null ? '—' : date(at)) },
      { label: labels.live, stroke: colours.live, width: 2, fill: `${colours.live}22` },
      { label: labels.test, stroke: colours.test, width: 2 },
    ],
  }
}
