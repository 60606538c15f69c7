/** Vendors' prices as people read and type them: yuan with four decimals; kept in hundredths of a fen. */
import type { PriceStep } from './vendor-types.ts'

const CENTIFEN_PER_YUAN = 10_000
const DECIMALS = 4
const WHOLE = new Intl.NumberFormat('en-US')

/** `¥0.2500`. */
export function exactYuan(centifen: number): string {
  const whole = Math.abs(centifen)
  const fraction = String(whole % CENTIFEN_PER_YUAN).padStart(DECIMALS, '0')
  const sign = centifen < 0 ? '-' : ''
  return `${sign}¥${WHOLE.format(Math.floor(whole / CENTIFEN_PER_YUAN))}.${fraction}`
}

/** An amount in yuan as it is typed; undefined of what is none. */
export function centifenOf(typed: string): number | undefined {
  const parts = /^\s*(\d{1,8})(?:\.(\d{1,4}))?\s*$/.exec(typed)
  if (parts === null) return undefined
  return Number(parts[1]) * CENTIFEN_PER_YUAN + Number((parts[2] ?? '').padEnd(DECIMALS, '0'))
}

/** Steps as they are typed: `0.25`, or `0:0.3,100000:0.25`; undefined of what is none. */
export function stepsOf(typed: string): readonly PriceStep[] | undefined {
  const steps = typed.split(/[,，]/).map((part) => {
    const [from = '', price = ''] = /[:：]/.test(part) ? part.split(/[:：]/) : ['0', part]
    return { fromCalls: Number(from.trim() || Number.NaN), costCentifen: centifenOf(price) }
  })
  const isWhole = steps.every(({ fromCalls, costCentifen }) => {
    return Number.isSafeInteger(fromCalls) && costCentifen !== undefined
  })
  return isWhole ? (steps as PriceStep[]) : undefined
}

/** Steps as they can be typed again. */
export function typedSteps(steps: readonly PriceStep[]): string {
  const priceOf = ({ costCentifen }: PriceStep) =>
    (costCentifen / CENTIFEN_PER_YUAN).toFixed(DECIMALS)
  const [only] = steps
  if (steps.length === 1 && only !== undefined) return priceOf(only)
  return steps.map((step) => `${step.fromCalls}:${priceOf(step)}`).join(',')
}
