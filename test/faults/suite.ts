/** What a fault suite is, and what it says at its end. */

/** Held, broken with its findings, or left out with its reason. */
export type SuiteEnd =
  | { readonly held: string }
  | { readonly findings: readonly string[] }
  | { readonly skipped: string }

export interface Suite {
  readonly name: string
  /** Tools it needs of the machine are its own affair: without them it is skipped. */
  run(seed: number, print: (line: string) => void, tier: Tier): Promise<SuiteEnd>
}

/** How much is played: a little in CI, all of it at night. */
export interface Tier {
  readonly nightly: boolean
}

/** Rounds up what a suite counted: findings win. */
export function endOf(findings: readonly string[], held: string): SuiteEnd {
  return findings.length > 0 ? { findings } : { held }
}
