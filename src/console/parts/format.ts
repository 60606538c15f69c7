/** Numbers, money and times as people read them; times are Beijing's wherever the browser is. */

const MS_PER_DAY = 86_400_000

const BEIJING = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
})
const COUNT = new Intl.NumberFormat('en-US')

/** `¥1,234.50` from fen. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : ''
  const whole = Math.abs(fen)
  return `${sign}¥${COUNT.format(Math.floor(whole / 100))}.${String(whole % 100).padStart(2, '0')}`
}

/** `1234.50` from fen, as a command takes it. */
export function yuanPlain(fen: number): string {
  return (fen / 100).toFixed(2)
}

/** Fen of an amount in yuan as it is typed; undefined of what is none. */
export function fenOf(typed: string): number | undefined {
  const parts = /^\s*(\d{1,9})(?:\.(\d{1,2}))?\s*$/.exec(typed)
  return parts === null
    ? undefined
    : Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0'))
}

/** `12,000`. */
export function count(number: number): string {
  return COUNT.format(number)
}

/** `2026-11-21 09:30:00`, Beijing time. */
export function beijingTime(atMs: number): string {
  return BEIJING.format(atMs)
}

/** `2026-11-21`, by the Beijing calendar. */
export function beijingDate(atMs: number): string {
  return beijingTime(atMs).slice(0, 10)
}

/** The first moment of a day typed as `2026-11-21`, or the moment of `2026-11-21T09:30`. */
export function beijingMs(typed: string): number | undefined {
  if (typed === '') return undefined
  const time = typed.includes('T') ? typed : `${typed}T00:00`
  const atMs = Date.parse(`${time}+08:00`)
  return Number.isNaN(atMs) ? undefined : atMs
}

/** Whole days until a moment; 0 on the last one. */
export function daysUntil(atMs: number, nowMs: number): number {
  return Math.max(0, Math.floor((atMs - nowMs) / MS_PER_DAY))
}
