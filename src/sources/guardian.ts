/**
 * The counters that keep attackers from guessing and cards from being locked by the issuer: a pure
 * kernel over rows that a store keeps under keyed tokens.
 *
 * A slot is taken before a source is asked, as if the attempt had failed already; what counts failures
 * gives it back when it turned out a match, and all but what counts calls does when the source was
 * certainly not reached. So whatever crashes in between errs on the side of the card.
 */
import {
  DISTINCT_COUNTERS,
  type DistinctLimits,
  type GuardAsk,
  type GuardEnd,
  type GuardEnding,
  type GuardLimits,
  type GuardRefusal,
  type GuardTokens,
  type LockLimits,
} from '../domain/attempt.ts'
import { beijingDay, dayStartMs } from '../domain/beijing.ts'
import { OUTCOMES, type Outcome } from '../domain/outcome.ts'

export type { GuardEnding, GuardLimits, GuardRefusal }

const HOUR_MS = 3_600_000
/** After so long an issuer forgets failures in a row, and not before midnight. */
const RELEASE_MS = 12 * HOUR_MS
const ROLLING_MS = 24 * HOUR_MS
/** As far back as three failures in a row can begin when none of them was forgotten before the next. */
export const LOCK_DAYS = 3
/** How long a match exempts its account from the limits that other accounts can use up. */
export const MATCH_KEPT_MS = 30 * 24 * HOUR_MS

const DISTINCT: DistinctLimits = { accountCard: 5, card: 15, idNumber: 10, mobile: 10 }
const COMMON = { distinct: DISTINCT, elementMax: 500, repeatMax: 10 } as const
const UNIONPAY: LockLimits = { consecutiveMax: 3, dayMax: 10, rollingMax: 10 }

/** Limits by kind of source. Whoever asks UnionPay in the end is under its rules as well as its own. */
export const GUARD_PROFILES = {
  registry: COMMON,
  unionpay: { ...COMMON, lock: UNIONPAY },
  shumai: { ...COMMON, lock: { ...UNIONPAY, rollingMax: 4 } },
  jumdata: { ...COMMON, lock: { ...UNIONPAY, rollingMax: 5 } },
} as const satisfies Record<string, GuardLimits>

export type GuardProfileName = keyof typeof GUARD_PROFILES

/** One attempt as a row remembers it. */
export interface Mark {
  readonly slot: number
  readonly atMs: number
  readonly tuple: string
  /** It was no failure; only a lock, which counts every request, still knows it. */
  readonly matched?: true
}

/** What is kept under one token; an absent row is `EMPTY_ROW`. */
export interface GuardRow {
  readonly marks: readonly Mark[]
  readonly count: number
  /** Failures up to here are in no row any more: a match came. */
  readonly clearedAtMs: number
  /** When the vendor said that the card has had too many. */
  readonly lockedAtMs: number
}

export const EMPTY_ROW: GuardRow = {
  marks: [],
  count: 0,
  clearedAtMs: Number.NEGATIVE_INFINITY,
  lockedAtMs: Number.NEGATIVE_INFINITY,
}

export type GuardRows = (token: string) => GuardRow
export type GuardWrites = ReadonlyMap<string, GuardRow>

/** A slot, with what is to be written; or which counter is full, and nothing is. */
export type Admission =
  | {
      readonly admitted: true
      /** Attempts that the issuer would still bear after this one. */
      readonly left: number
      readonly writes: GuardWrites
    }
  | { readonly admitted: false; readonly by: GuardRefusal }

/** All tokens whose rows a step may look at. */
export function tokensOf({ distinct, elements, lock, matched, repeat }: GuardTokens): string[] {
  return [...distinct, ...elements, ...lock, matched, repeat].filter((token) => token !== '')
}

/**
 * Takes a slot for an attempt, unless a counter is full. The calls of single elements are counted by
 * whoever keeps the rows (`RequestTally`), for nobody reads most of them again.
 */
export function admit(rows: GuardRows, ask: GuardAsk): Admission {
  const by = refusalOf(rows, ask)
  if (by !== undefined) return { admitted: false, by }
  const { tokens, limits, slot, atMs, tuple } = ask
  const mark: Mark = { slot, atMs, tuple }
  const writes = new Map<string, GuardRow>()
  for (const token of markedTokens(ask)) {
    const row = rows(token)
    writes.set(token, { ...row, marks: [...row.marks, mark] })
  }
  if (tokens.repeat !== '') {
    const row = rows(tokens.repeat)
    writes.set(tokens.repeat, { ...row, count: row.count + 1 })
  }
  const left =
    limits.lock === undefined ? Number.POSITIVE_INFINITY : roomOf(rows, ask, limits.lock) - 1
  return { admitted: true, left, writes }
}

/** The ending that an outcome is, when the source may have been asked. */
export function endingOf(outcome: Outcome): GuardEnding {
  const kind = OUTCOMES[outcome]
  if (kind === 'match') return 'matched'
  if (kind === 'guard') return 'locked'
  return kind === 'input' ? 'unasked' : 'failed'
}

/** Ends a slot. What remains of it are the marks of a failure. */
export function settle(rows: GuardRows, { ask, ending, atMs }: GuardEnd): GuardWrites {
  const { tokens, limits, slot } = ask
  const writes = new Map<string, GuardRow>()
  const change = (token: string, to: (row: GuardRow) => GuardRow) => {
    if (token !== '') writes.set(token, to(writes.get(token) ?? rows(token)))
  }
  const kept = ending === 'matched' || ending === 'unasked' ? without(slot) : onceEach(slot)
  for (const token of tokens.distinct) change(token, kept)
  if (ending === 'unasked') change(tokens.repeat, uncounted)
  if (ending === 'matched' && tokens.matched !== '') {
    writes.set(tokens.matched, { ...EMPTY_ROW, clearedAtMs: atMs })
  }
  if (limits.lock !== undefined) change(tokens.lock[0] ?? '', lockAfter(ask, ending, atMs))
  return writes
}

/**
 * Takes a slot and ends it in one step, for a source whose answer is there already and locks nothing:
 * what a match or a call that asked nobody would give back is not marked first.
 */
export function count(rows: GuardRows, { ask, ending, atMs }: GuardEnd): Admission {
  const by = refusalOf(rows, ask)
  if (by !== undefined) return { admitted: false, by }
  const { tokens, slot, tuple } = ask
  const writes = new Map<string, GuardRow>()
  if (ending === 'matched' && tokens.matched !== '') {
    writes.set(tokens.matched, { ...EMPTY_ROW, clearedAtMs: atMs })
  } else if (ending === 'failed') {
    for (const token of tokens.distinct) {
      if (token !== '') writes.set(token, marked(rows(token), { slot, atMs: ask.atMs, tuple }))
    }
  }
  if (tokens.repeat !== '' && ending !== 'unasked') {
    const row = rows(tokens.repeat)
    writes.set(tokens.repeat, { ...row, count: row.count + 1 })
  }
  return { admitted: true, left: Number.POSITIVE_INFINITY, writes }
}

/** Whether a row says nothing, and need not be kept. */
export function isEmpty(row: GuardRow): boolean {
  return same(row, EMPTY_ROW)
}

function refusalOf(rows: GuardRows, ask: GuardAsk): GuardRefusal | undefined {
  const { tokens, limits } = ask
  const isOver = (token: string, max: number) => max > 0 && rows(token).count >= max
  if (tokens.repeat !== '' && isOver(tokens.repeat, limits.repeatMax)) return 'repeat'
  if (tokens.elements.some((token) => isOver(token, limits.elementMax))) return 'element'
  const by = distinctRefusal(rows, ask)
  if (by !== undefined || limits.lock === undefined) return by
  return lockRefusal(rows, ask, limits.lock)
}

/** Who has matched the card before is not shut out of it by others. */
function distinctRefusal(rows: GuardRows, ask: GuardAsk): GuardRefusal | undefined {
  const { tokens, limits } = ask
  const full = DISTINCT_COUNTERS.filter((counter, i) => {
    const token = tokens.distinct[i] ?? ''
    return token !== '' && isFull(rows(token), ask, limits.distinct[counter])
  })
  if (full.length === 0 || full[0] === 'accountCard') return full[0]
  return isKnown(rows, ask) ? undefined : full[0]
}

/** The last attempt that an issuer bears is kept for an account that has matched the card before. */
function lockRefusal(rows: GuardRows, ask: GuardAsk, limits: LockLimits): GuardRefusal | undefined {
  const spent = spentOf(rows, ask)
  if (spent.locked) return 'locked'
  const refusal = (kept: number) => {
    if (spent.consecutive >= limits.consecutiveMax - kept) return 'consecutive'
    if (spent.day >= limits.dayMax - kept) return 'day'
    return spent.rolling >= limits.rollingMax - kept ? 'rolling' : undefined
  }
  const by = refusal(1)
  return by !== undefined && isKnown(rows, ask) ? refusal(0) : by
}

/** Attempts that the issuer bears before it locks the card. */
function roomOf(rows: GuardRows, ask: GuardAsk, limits: LockLimits): number {
  const { consecutive, day, rolling } = spentOf(rows, ask)
  return Math.min(
    limits.consecutiveMax - consecutive,
    limits.dayMax - day,
    limits.rollingMax - rolling,
  )
}

/** What the card has had, of what its issuer still remembers. */
function spentOf(rows: GuardRows, { tokens, atMs }: GuardAsk) {
  const days = tokens.lock.map(rows)
  const marks = days.flatMap((row) => row.marks)
  const clearedAtMs = Math.max(...days.map((row) => row.clearedAtMs))
  return {
    locked: days.some(({ lockedAtMs }) => atMs < releasedAtMs(lockedAtMs)),
    consecutive: inARow(
      marks.filter((mark) => mark.atMs >= clearedAtMs && mark.matched === undefined),
      atMs,
    ),
    day: days[0]?.marks.length ?? 0,
    rolling: marks.filter((mark) => mark.atMs > atMs - ROLLING_MS).length,
  }
}

/** Failures in a row: an issuer forgets a row as a whole, a time after its last failure. */
function inARow(marks: readonly Mark[], nowMs: number): number {
  let nextMs = nowMs
  let inRow = 0
  for (const mark of marks.toSorted((a, b) => b.atMs - a.atMs)) {
    if (nextMs >= releasedAtMs(mark.atMs)) break
    nextMs = mark.atMs
    inRow++
  }
  return inRow
}

/** When an issuer has forgotten a failure: of the two published rules the later. */
function releasedAtMs(atMs: number): number {
  if (!Number.isFinite(atMs)) return atMs
  return Math.max(atMs + RELEASE_MS, dayStartMs(beijingDay(atMs) + 1))
}

/** The same tuple again tells nothing new, so only others count. */
function isFull(row: GuardRow, { tuple }: GuardAsk, limit: number): boolean {
  if (row.marks.length < limit) return false
  const tuples = new Set(row.marks.map((mark) => mark.tuple))
  return !tuples.has(tuple) && tuples.size >= limit
}

function isKnown(rows: GuardRows, { tokens, atMs }: GuardAsk): boolean {
  if (tokens.matched === '') return false
  return atMs - rows(tokens.matched).clearedAtMs < MATCH_KEPT_MS
}

/** The tokens whose rows mark an attempt, while it is under way and when it has failed. */
export function markedTokens({ tokens: { distinct, lock }, limits }: GuardAsk): readonly string[] {
  const marked = limits.lock === undefined ? distinct : [...distinct, ...lock.slice(0, 1)]
  return marked.filter((token) => token !== '')
}

/** Whether two rows say the same. */
export function same(a: GuardRow, b: GuardRow): boolean {
  return (
    a.count === b.count &&
    a.clearedAtMs === b.clearedAtMs &&
    a.lockedAtMs === b.lockedAtMs &&
    a.marks.length === b.marks.length &&
    a.marks.every(({ slot, matched }, i) => {
      return slot === b.marks[i]?.slot && matched === b.marks[i]?.matched
    })
  )
}

function uncounted(row: GuardRow): GuardRow {
  return { ...row, count: Math.max(0, row.count - 1) }
}

function without(slot: number): (row: GuardRow) => GuardRow {
  return (row) => ({ ...row, marks: row.marks.filter((mark) => mark.slot !== slot) })
}

/** Of several failures with one tuple a counter of distinct tuples keeps the last. */
function onceEach(slot: number): (row: GuardRow) => GuardRow {
  return (row) => {
    const own = row.marks.find((mark) => mark.slot === slot)
    return own === undefined ? row : marked(row, own)
  }
}

/** A row with a failure, once for its tuple. */
function marked(row: GuardRow, own: Mark): GuardRow {
  const others = row.marks.filter((mark) => mark.tuple !== own.tuple)
  return { ...row, marks: [...others, own] }
}

/** An issuer counts every request that it was asked; a match ends the row of failures before it. */
function lockAfter({ slot, atMs }: GuardAsk, ending: GuardEnding, endedAtMs: number) {
  return (row: GuardRow): GuardRow => {
    if (ending === 'unasked') return without(slot)(row)
    if (ending === 'locked') {
      return { ...row, lockedAtMs: Math.max(row.lockedAtMs, endedAtMs) }
    }
    if (ending === 'failed') return row
    const marks = row.marks.map((mark) => {
      return mark.slot === slot ? { ...mark, matched: true as const } : mark
    })
    return { ...clearedAt(atMs)(row), marks }
  }
}

function clearedAt(atMs: number): (row: GuardRow) => GuardRow {
  return (row) => ({ ...row, clearedAtMs: Math.max(row.clearedAtMs, atMs) })
}
