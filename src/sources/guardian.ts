/**
 * The counters that keep attackers from guessing and cards from being locked by the issuer: a pure
 * kernel over rows that a store keeps under keyed tokens.
 *
 * A slot is taken before a source is asked, as if the attempt had failed already; what counts failures
 * gives it back when it turned out a match, and everything does when the source was certainly not
 * reached. So whatever crashes in between errs on the side of the card.
 */
import { beijingDay, beijingDayStartMs } from '../domain/attempt-token.ts'
import { OUTCOMES, type Outcome } from '../domain/outcome.ts'

const HOUR_MS = 3_600_000
/** After so long an issuer forgets failures in a row, and not before midnight. */
const RELEASE_MS = 12 * HOUR_MS
const ROLLING_MS = 24 * HOUR_MS
/** As far back as three failures in a row can begin when none of them was forgotten before the next. */
export const LOCK_DAYS = 3
/** How long a match exempts its account from the limits that other accounts can use up. */
export const MATCH_KEPT_MS = 30 * 24 * HOUR_MS

/** Distinct failing tuples a day, by whom they are counted. */
export interface DistinctLimits {
  readonly accountCard: number
  readonly card: number
  readonly idNumber: number
  readonly mobile: number
}

/** Attempts on one card over all vendors and accounts; the lock sits at the issuer. */
export interface LockLimits {
  /** Failures in a row. */
  readonly consecutiveMax: number
  /** Requests of any result. */
  readonly dayMax: number
  /** Requests of any result in any 24 hours. */
  readonly rollingMax: number
}

export interface GuardProfile {
  readonly distinct: DistinctLimits
  /** Requests a day for each single element of one account. */
  readonly elementMax: number
  /** Absent where no issuer is asked. */
  readonly lock?: LockLimits
}

const DISTINCT: DistinctLimits = { accountCard: 5, card: 15, idNumber: 10, mobile: 10 }
const ELEMENT_MAX = 500
const UNIONPAY: LockLimits = { consecutiveMax: 3, dayMax: 10, rollingMax: 10 }

/** Limits by kind of source. Whoever asks UnionPay in the end is under its rules as well as its own. */
export const GUARD_PROFILES = {
  registry: { distinct: DISTINCT, elementMax: ELEMENT_MAX },
  unionpay: { distinct: DISTINCT, elementMax: ELEMENT_MAX, lock: UNIONPAY },
  shumai: { distinct: DISTINCT, elementMax: ELEMENT_MAX, lock: { ...UNIONPAY, rollingMax: 4 } },
  jumdata: { distinct: DISTINCT, elementMax: ELEMENT_MAX, lock: { ...UNIONPAY, rollingMax: 5 } },
} as const satisfies Record<string, GuardProfile>

export type GuardProfileName = keyof typeof GUARD_PROFILES

/** One attempt as a row remembers it. */
export interface Mark {
  /** Names the attempt: unique for ever. */
  readonly slot: string
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

/** The tokens of one question; absent where the product has not the element. */
export interface GuardTokens {
  readonly distinct: { readonly [C in keyof DistinctLimits]?: string }
  readonly elements: readonly string[]
  /** Of the card today and on the `LOCK_DAYS - 1` days before, the youngest first. */
  readonly lock: readonly [today: string, ...earlier: string[]]
  /** Of account and card, for a month. */
  readonly matched: string
  /** Of account and all elements. */
  readonly repeat: string
}

/** One attempt that is about to be made. */
export interface GuardAsk {
  readonly tokens: GuardTokens
  readonly slot: string
  readonly atMs: number
  readonly tuple: string
  /** Requests a day for the same tuple of one account; infinite where the face has no such rule. */
  readonly repeatsMax: number
}

export type GuardRefusal =
  | keyof DistinctLimits
  | 'element'
  | 'repeat'
  | 'locked'
  | 'consecutive'
  | 'day'
  | 'rolling'

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

/** All tokens whose rows an attempt may read or write. */
export function tokensOf({ distinct, elements, lock, matched, repeat }: GuardTokens): string[] {
  return [...Object.values(distinct), ...elements, ...lock, matched, repeat]
}

/** Takes a slot for an attempt, unless a counter is full. */
export function admit(rows: GuardRows, ask: GuardAsk, profile: GuardProfile): Admission {
  const by = refusalOf(rows, ask, profile)
  if (by !== undefined) return { admitted: false, by }
  const { tokens, slot, atMs, tuple } = ask
  const mark: Mark = { slot, atMs, tuple }
  const writes = new Map<string, GuardRow>()
  for (const token of markedTokens(tokens, profile)) {
    const row = rows(token)
    writes.set(token, { ...row, marks: [...row.marks, mark] })
  }
  for (const token of countedTokens(tokens)) {
    const row = rows(token)
    writes.set(token, { ...row, count: row.count + 1 })
  }
  const left =
    profile.lock === undefined ? Number.POSITIVE_INFINITY : roomOf(rows, ask, profile.lock) - 1
  return { admitted: true, left, writes }
}

/**
 * How an attempt ended: `matched`, `failed` (a mismatch, a state of the card, or unknown), `unasked`
 * (nobody was asked), `locked` (the vendor says that the card has had too many).
 */
export type GuardEnding = 'matched' | 'failed' | 'unasked' | 'locked'

/** The ending that an outcome is, when the source may have been asked. */
export function endingOf(outcome: Outcome): GuardEnding {
  const kind = OUTCOMES[outcome]
  if (kind === 'match') return 'matched'
  if (kind === 'guard') return 'locked'
  return kind === 'input' ? 'unasked' : 'failed'
}

/** Ends a slot. What remains of it are the marks of a failure. */
export function settle(
  rows: GuardRows,
  ask: GuardAsk,
  profile: GuardProfile,
  { ending, atMs }: { readonly ending: GuardEnding; readonly atMs: number },
): GuardWrites {
  const { tokens, slot } = ask
  const writes = new Map<string, GuardRow>()
  const change = (token: string, to: (row: GuardRow) => GuardRow) => {
    writes.set(token, to(writes.get(token) ?? rows(token)))
  }
  const kept = ending === 'matched' || ending === 'unasked' ? without(slot) : onceEach(slot)
  for (const token of Object.values(tokens.distinct)) change(token, kept)
  if (ending === 'unasked') {
    for (const token of countedTokens(tokens)) {
      change(token, (row) => ({ ...row, count: Math.max(0, row.count - 1) }))
    }
  }
  if (ending === 'matched') change(tokens.matched, clearedAt(atMs))
  if (profile.lock !== undefined) change(tokens.lock[0], lockAfter(ask, ending, atMs))
  return writes
}

function refusalOf(
  rows: GuardRows,
  ask: GuardAsk,
  profile: GuardProfile,
): GuardRefusal | undefined {
  const { tokens } = ask
  if (rows(tokens.repeat).count >= ask.repeatsMax) return 'repeat'
  if (tokens.elements.some((token) => rows(token).count >= profile.elementMax)) return 'element'
  const known = isKnown(rows, ask)
  for (const counter of Object.keys(profile.distinct) as (keyof DistinctLimits)[]) {
    const token = tokens.distinct[counter]
    if (token === undefined || (known && counter !== 'accountCard')) continue
    if (isFull(rows(token), ask, profile.distinct[counter])) return counter
  }
  return profile.lock === undefined ? undefined : lockRefusal(rows, ask, profile.lock, known)
}

/** The last attempt that an issuer bears is kept for an account that has matched the card before. */
function lockRefusal(
  rows: GuardRows,
  ask: GuardAsk,
  limits: LockLimits,
  known: boolean,
): GuardRefusal | undefined {
  const spent = spentOf(rows, ask)
  const kept = known ? 0 : 1
  if (spent.locked) return 'locked'
  if (spent.consecutive >= limits.consecutiveMax - kept) return 'consecutive'
  if (spent.day >= limits.dayMax - kept) return 'day'
  return spent.rolling >= limits.rollingMax - kept ? 'rolling' : undefined
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
    day: days[0]!.marks.length,
    rolling: marks.filter((mark) => mark.atMs > atMs - ROLLING_MS).length,
  }
}

/** Failures in a row: an issuer forgets a row as a whole, a time after its last failure. */
function inARow(marks: readonly Mark[], nowMs: number): number {
  let nextMs = nowMs
  let count = 0
  for (const mark of marks.toSorted((a, b) => b.atMs - a.atMs)) {
    if (nextMs >= releasedAtMs(mark.atMs)) break
    nextMs = mark.atMs
    count++
  }
  return count
}

/** When an issuer has forgotten a failure: of the two published rules the later. */
function releasedAtMs(atMs: number): number {
  if (!Number.isFinite(atMs)) return atMs
  return Math.max(atMs + RELEASE_MS, beijingDayStartMs(beijingDay(atMs) + 1))
}

/** The same tuple again tells nothing new, so only others count; but nobody learns what others asked. */
function isFull(row: GuardRow, { tuple }: GuardAsk, limit: number): boolean {
  const tuples = new Set(row.marks.map((mark) => mark.tuple))
  return !tuples.has(tuple) && tuples.size >= limit
}

function isKnown(rows: GuardRows, { tokens, atMs }: GuardAsk): boolean {
  return atMs - rows(tokens.matched).clearedAtMs < MATCH_KEPT_MS
}

function markedTokens({ distinct, lock }: GuardTokens, profile: GuardProfile): string[] {
  const marked = Object.values(distinct)
  return profile.lock === undefined ? marked : [...marked, lock[0]]
}

function countedTokens({ elements, repeat }: GuardTokens): string[] {
  return [...elements, repeat]
}

function without(slot: string): (row: GuardRow) => GuardRow {
  return (row) => ({ ...row, marks: row.marks.filter((mark) => mark.slot !== slot) })
}

/** Of several failures with one tuple a counter of distinct tuples keeps the last. */
function onceEach(slot: string): (row: GuardRow) => GuardRow {
  return (row) => {
    const own = row.marks.find((mark) => mark.slot === slot)
    if (own === undefined) return row
    const others = row.marks.filter((mark) => mark.tuple !== own.tuple)
    return { ...row, marks: [...others, own] }
  }
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
