/**
 * Holds what a vendor bills against the cost rows. An unknown is closed by evidence alone: by a line
 * that names it, or by a sum that leaves one reading only. Whatever else the bill says, it stays open.
 */
import type { AttemptState } from './store.ts'

/** An attempt of the route and time that a bill is about. */
export interface BilledAttempt {
  readonly id: string
  readonly requestId: string
  /** The vendor's own name of the call; empty where its reply was lost. */
  readonly reference: string
  /** While one is under way, no sum proves anything. */
  readonly state: AttemptState | 'prepared'
}

/** What a vendor says it charges: each call by the vendor's name or ours, or only how many. */
export type Billed = { readonly lines: readonly string[] } | { readonly total: number }

export interface Reconciliation {
  /** Unknowns that the vendor is paid for. */
  readonly settled: readonly string[]
  /** Unknowns that it is not paid for. */
  readonly free: readonly string[]
  /** Unknowns of which the bill does not tell. */
  readonly open: readonly string[]
  /** Calls that the bill charges. */
  readonly billed: number
  /** Calls that the bill charges, less those that we have as paid by now. */
  readonly difference: number
  /** Calls on which the bill and our rows disagree, whatever the open ones come to. */
  readonly unexplained: number
  /** Lines that match no row of ours, or none beside that which another line has named. */
  readonly strangers: number
  /** Rows that we have as paid, and the lines do not name. */
  readonly unbilled: readonly string[]
  /** Rows that we have as free, and a line charges. */
  readonly disputed: readonly string[]
}

/** Holds a bill against the attempts of its route and time. */
export function reconcile(attempts: readonly BilledAttempt[], bill: Billed): Reconciliation {
  return 'lines' in bill ? byLines(attempts, bill.lines) : byTotal(attempts, bill.total)
}

/**
 * A line names the call that it charges. Unknowns without a line are free only when the list proves to
 * be whole: each line has its row, and each row that we have as paid its line.
 */
function byLines(attempts: readonly BilledAttempt[], lines: readonly string[]) {
  const listed = namedBy(lines, attempts)
  const unlisted = attempts.filter((attempt) => !listed.has(attempt))
  const strangers = lines.length - listed.size
  const unbilled = idsOf(unlisted, 'settled')
  const disputed = idsOf([...listed], 'free')
  const isWhole =
    lines.length > 0 && strangers === 0 && unbilled.length === 0 && !isPending(attempts)
  const rest = idsOf(unlisted, 'unknown')
  const settled = idsOf([...listed], 'unknown')
  const ends = { settled, free: isWhole ? rest : [], open: isWhole ? [] : rest }
  const differing = { strangers, unbilled, disputed }
  const unexplained = strangers + unbilled.length + disputed.length
  return sumUp(attempts, ends, { ...differing, unexplained, billed: lines.length })
}

/** Of attempts under one name of ours, that for comparison among them, the likeliest to be billed. */
const LIKELIHOOD: readonly BilledAttempt['state'][] = ['settled', 'unknown', 'prepared', 'free']

/** The rows that lines name, a row by one line: who bills a call twice has one line too many. */
function namedBy(
  lines: readonly string[],
  attempts: readonly BilledAttempt[],
): ReadonlySet<BilledAttempt> {
  const byName = new Map<string, BilledAttempt[]>()
  const likeliest = attempts.toSorted((a, b) => {
    return LIKELIHOOD.indexOf(a.state) - LIKELIHOOD.indexOf(b.state)
  })
  for (const attempt of likeliest) {
    for (const name of [attempt.reference, attempt.requestId]) {
      if (name === '') continue
      const others = byName.get(name)
      if (others === undefined) byName.set(name, [attempt])
      else others.push(attempt)
    }
  }
  const named = new Set<BilledAttempt>()
  for (const line of lines) {
    const attempt = byName.get(line)?.find((candidate) => !named.has(candidate))
    if (attempt !== undefined) named.add(attempt)
  }
  return named
}

/**
 * A sum proves that no unknown is charged when it is what we have as paid, and that every one is when
 * it is all of both. In between some are, and nobody can tell which.
 */
function byTotal(attempts: readonly BilledAttempt[], total: number): Reconciliation {
  const paid = idsOf(attempts, 'settled').length
  const unknown = idsOf(attempts, 'unknown')
  const proves = (sum: number) => total === sum && !isPending(attempts)
  const nothing: readonly string[] = []
  const ends = proves(paid)
    ? { settled: nothing, free: unknown, open: nothing }
    : proves(paid + unknown.length)
      ? { settled: unknown, free: nothing, open: nothing }
      : { settled: nothing, free: nothing, open: unknown }
  const pending = idsOf(attempts, 'prepared').length
  const unexplained = Math.max(0, paid - total, total - paid - unknown.length - pending)
  const differing = { strangers: 0, unbilled: nothing, disputed: nothing }
  return sumUp(attempts, ends, { ...differing, unexplained, billed: total })
}

function sumUp(
  attempts: readonly BilledAttempt[],
  ends: Pick<Reconciliation, 'settled' | 'free' | 'open'>,
  found: Omit<Reconciliation, 'settled' | 'free' | 'open' | 'difference'>,
): Reconciliation {
  const paid = idsOf(attempts, 'settled').length + ends.settled.length
  return { ...ends, ...found, difference: found.billed - paid }
}

function isPending(attempts: readonly BilledAttempt[]): boolean {
  return attempts.some(({ state }) => state === 'prepared')
}

function idsOf(attempts: readonly BilledAttempt[], state: BilledAttempt['state']): string[] {
  return attempts.filter((attempt) => attempt.state === state).map(({ id }) => id)
}
