/** Lines over hours or days, drawn on a canvas; what they show is also said in words. */
import { useEffect, useRef } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { OVERVIEW_TEXTS } from '../../locale/pages/overview.ts'
import { beijingTime, count } from '../../parts/format.ts'
import { type Theme, usePreferences, useTexts } from '../../preferences.ts'

const HEIGHT_PX = 200
const MS_PER_S = 1_000
/** `2026-11-21 09:00:00` from the month on, and from the hour on. */
const DAY_PART = [5, 10] as const
const HOUR_PART = [11, 16] as const

interface Line {
  readonly name: string
  /** One for each time; null where there is none. */
  readonly values: readonly (number | null)[]
}

interface SeriesChartProps {
  /** What the chart shows, for who does not see it. */
  readonly label: string
  readonly times: readonly number[]
  readonly by: 'hour' | 'day'
  readonly lines: readonly Line[]
}

export function SeriesChart({ label, times, by, lines }: SeriesChartProps) {
  const { theme } = usePreferences()
  const { at } = useTexts(OVERVIEW_TEXTS)
  const place = useRef<HTMLDivElement>(null)
  // The data changes with its text, and not with each drawing of the page around.
  const drawn = JSON.stringify({ times, by, lines })
  useEffect(() => {
    const element = place.current
    if (element === null) return
    const data = JSON.parse(drawn) as Omit<SeriesChartProps, 'label'>
    const size = () => ({ width: element.clientWidth, height: HEIGHT_PX })
    const options = { ...optionsOf(theme, data, at), ...size() }
    const seconds = data.times.map((ms) => ms / MS_PER_S)
    const values = data.lines.map((line) => [...line.values])
    const chart = new UPlot(options, [seconds, ...values], element)
    const observer = new ResizeObserver(() => chart.setSize(size()))
    observer.observe(element)
    return () => {
      observer.disconnect()
      chart.destroy()
    }
  }, [drawn, at, theme])
  return <div ref={place} className="chart" role="img" aria-label={label} />
}

/** Colours of the chart; a canvas knows nothing of style sheets. */
const COLOURS = {
  light: { text: '#59636e', line: '#d9dee3', series: ['#0958d9', '#1a7f37', '#cf222e'] },
  dark: { text: '#9ba5b0', line: '#363c44', series: ['#69b1ff', '#56d364', '#ff7b72'] },
} as const

function optionsOf(theme: Theme, { by, lines }: Omit<SeriesChartProps, 'label'>, at: string) {
  const colours = COLOURS[theme]
  const axis = { stroke: colours.text, grid: { stroke: colours.line, width: 1 } }
  const moment = (seconds: number) => beijingTime(seconds * MS_PER_S)
  const short = (seconds: number) => moment(seconds).slice(...(by === 'day' ? DAY_PART : HOUR_PART))
  const long = (seconds: number) => moment(seconds).slice(0, by === 'day' ? 10 : 16)
  const told = (value: number | null) => (value === null ? '—' : count(value))
  return {
    axes: [
      { ...axis, values: (_: UPlot, ticks: number[]) => ticks.map(short) },
      { ...axis, values: (_: UPlot, ticks: number[]) => ticks.map(count), size: 60 },
    ],
    scales: { y: { range: fromZero } },
    series: [
      {
        label: at,
        value: (_: UPlot, seconds: number | null) => (seconds === null ? '—' : long(seconds)),
      },
      ...lines.map(({ name }, i) => ({
        label: name,
        stroke: colours.series[i] ?? colours.text,
        width: 2,
        points: { size: 5 },
        value: (_: UPlot, value: number | null) => told(value),
      })),
    ],
  }
}

/** From zero, and never without height. */
function fromZero(_: UPlot, __: number, max: number): [number, number] {
  return [0, Math.max(1, max)]
}
