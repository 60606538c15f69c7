/** How far the sandbox's clock is to move, as people write it: `+30d`, `+2y`, or `now` to go back. */
import { DAY_MS } from '../domain/beijing.ts'
import { yearsLater } from './validity.ts'

export interface ClockShift {
  readonly text: string
  readonly after: (nowMs: number) => number
}

/** Reads a shift; undefined of what is none. */
export function clockShiftOf(text: string): ClockShift | 'now' | undefined {
  if (text === 'now') return text
  const [, count = '', unit] = /^\+(\d{1,4})([dy])$/.exec(text) ?? []
  const units = Number(count)
  if (units === 0) return undefined
  const after = (nowMs: number) => {
    return unit === 'y' ? yearsLater(nowMs, units) : nowMs + units * DAY_MS
  }
  return { text, after }
}
