/** How well two samples can be told apart. */

export interface Difference {
  /** Chance that a value of one kind lies beyond one of the other: 0.5 tells nothing, 1 everything. */
  readonly auc: number
  /** Welch's t of the means, without the slowest hundredth of each. */
  readonly t: number
}

/** Compares two samples of times. */
export function differenceOf(a: readonly number[], b: readonly number[]): Difference {
  const share = shareAbove(a, b)
  return { auc: Math.max(share, 1 - share), t: welch(cropped(a), cropped(b)) }
}

/** Mann–Whitney: the share of pairs in which the value of `b` is greater, equal ones counted half. */
function shareAbove(a: readonly number[], b: readonly number[]): number {
  const all = [...a.map((value) => [value, 0] as const), ...b.map((value) => [value, 1] as const)]
  all.sort(([x], [y]) => x - y)
  let rankSum = 0
  for (let i = 0; i < all.length; ) {
    let end = i + 1
    while (end < all.length && all[end]![0] === all[i]![0]) end++
    const rank = (i + 1 + end) / 2
    for (; i < end; i++) if (all[i]![1] === 1) rankSum += rank
  }
  return (rankSum - (b.length * (b.length + 1)) / 2) / (a.length * b.length)
}

function welch(a: readonly number[], b: readonly number[]): number {
  const [one, two] = [moments(a), moments(b)]
  return (one.mean - two.mean) / Math.sqrt(one.variance / a.length + two.variance / b.length)
}

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, variance: squares / (values.length - 1) }
}

function cropped(values: readonly number[]): number[] {
  const sorted = values.toSorted((x, y) => x - y)
  return sorted.slice(0, Math.ceil(sorted.length * 0.99))
}
