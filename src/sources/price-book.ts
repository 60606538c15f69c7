/** What a vendor's paid calls cost: a price for each step of a month's volume, as contracts have it. */

/** From so many paid calls of a month on, each costs so much. */
export interface PriceStep {
  readonly fromCalls: number
  /** In hundredths of a fen. */
  readonly costCentifen: number
}

const STEPS_MAX = 20
const STEP = /^(0|[1-9]\d{0,11}):(0|[1-9]\d{0,8})$/

/** Steps as they are kept: `0:2500,100000:2000`. */
export function pricesText(steps: readonly PriceStep[]): string {
  return steps.map(({ fromCalls, costCentifen }) => `${fromCalls}:${costCentifen}`).join(',')
}

/** Reads steps that begin at zero and ascend; undefined when they do not. */
export function parsePrices(text: string): readonly PriceStep[] | undefined {
  const steps: PriceStep[] = []
  for (const part of text.split(',')) {
    const [, fromCalls, costCentifen] = STEP.exec(part) ?? []
    if (fromCalls === undefined || costCentifen === undefined) return undefined
    const before = steps.at(-1)
    const ascends = before === undefined ? fromCalls === '0' : Number(fromCalls) > before.fromCalls
    if (!ascends) return undefined
    steps.push({ fromCalls: Number(fromCalls), costCentifen: Number(costCentifen) })
  }
  return steps.length <= STEPS_MAX ? steps : undefined
}

/** What the next paid call costs after so many of the month. */
export function priceAfter(steps: readonly PriceStep[], paidCalls: number): number {
  return steps.findLast(({ fromCalls }) => fromCalls <= paidCalls)?.costCentifen ?? 0
}
