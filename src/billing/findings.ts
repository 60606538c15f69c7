/** What the checks of the ledger found: how many rows contradict each, and the first of them by name. */

/** What each check proves. */
export const CHECKS = {
  V1: 'every grant adds up and no account was ever below zero',
  V2: 'balances are the sum of their entries, and time never steps back',
  V3: 'charged calls and charges match one to one',
  V4: 'no charge under a result that is free',
  V5: 'every reservation ended once, and none is too old',
  V6: 'every reversal undoes a charge, once',
  V7: 'serial numbers are unique and were leased',
  V8: 'every unit was taken of the first valid grant of its moment',
  V9: 'every attempt on a vendor is one row, ended once by a reply or by evidence',
  V10: 'no sealed row was changed, dropped, added or moved',
  V11: 'every statement of a day or month sums and closes with what was left',
} as const satisfies Record<string, string>

export type CheckId = keyof typeof CHECKS

export interface CheckResult {
  readonly id: CheckId
  readonly ok: boolean
  /** How many rows contradict it. */
  readonly bad: number
  /** The first ten of them, like `grant 3`, `entry 7`, `call 12` or `seal 4`. */
  readonly firstBad: readonly string[]
}

const NAMED_MAX = 10

export class Findings {
  readonly #found = new Map<CheckId, { bad: number; readonly firstBad: string[] }>()

  fail(id: CheckId, name: string): void {
    const found = this.#found.get(id) ?? { bad: 0, firstBad: [] }
    found.bad += 1
    if (found.firstBad.length < NAMED_MAX) found.firstBad.push(name)
    this.#found.set(id, found)
  }

  result(id: CheckId): CheckResult {
    const { bad, firstBad } = this.#found.get(id) ?? { bad: 0, firstBad: [] }
    return { id, ok: bad === 0, bad, firstBad }
  }
}
