/**
 * Who comes in a week: honest people who mistype now and then, people who come often in a day, people
 * with an old phone number, and a few who guess. What they do next follows from what they hear, so a week is played, not replayed.
 */
import { type SyntheticPerson, syntheticPerson } from '../../src/testing/people-csv.ts'
import { type Random, randomOf } from '../prove/random.ts'

/** What a visitor hears. */
export type Word = 'match' | 'mismatch' | 'too_often' | 'busy'

export interface Visit {
  /** Since the beginning of the week. */
  readonly atMs: number
  readonly person: SyntheticPerson
  /** As it was typed. */
  readonly mobile: string
  /** Number of the account through which he comes. */
  readonly tenant: number
}

/** A visitor's next visit; `heard` is what the one before came to. */
type Visitor = (heard: Word | undefined, random: Random) => Visit | undefined

type MakeVisitor = (person: SyntheticPerson, tenant: number, random: Random) => Visitor

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const WEEK_DAYS = 7
const HONEST = 200
const FREQUENT = 10
const FORGETFUL = 20
const GUESSERS = 5
const TYPO_PERCENT = 1
const PERCENT = 100
const GUESSES = 30
/** Visits of one day. */
const OFTEN = 6
const PHONES = 10_000_000

/** Plays a week; `right` is filled with the phone of each card. */
export async function playWeek(
  seed: number,
  right: Map<string, string>,
  visit: (visit: Visit, random: Random) => Promise<Word>,
): Promise<void> {
  const random = randomOf(seed)
  const kinds = [
    ...Array<MakeVisitor>(HONEST).fill(honest),
    ...Array<MakeVisitor>(FREQUENT).fill(frequent),
    ...Array<MakeVisitor>(FORGETFUL).fill(forgetful),
    ...Array<MakeVisitor>(GUESSERS).fill(guesser),
  ]
  const visitors = kinds.map((make, i) => {
    const person = syntheticPerson(seed, i)
    right.set(person.cardNumber, person.mobile)
    return make(person, i, random)
  })
  const next = visitors.map((visitor) => visitor(undefined, random))
  for (;;) {
    const at = earliest(next)
    const coming = next[at]
    if (coming === undefined) return
    const heard = await visit(coming, random)
    next[at] = visitors[at]!(heard, random)
  }
}

function earliest(visits: readonly (Visit | undefined)[]): number {
  let found = 0
  for (const [i, visit] of visits.entries()) {
    const soonest = visits[found]?.atMs ?? Number.POSITIVE_INFINITY
    if (visit !== undefined && visit.atMs < soonest) found = i
  }
  return found
}

/** Comes up to three times in the week, and each time tries again until it fits. */
function honest(person: SyntheticPerson, tenant: number, random: Random): Visitor {
  const comings = Array.from({ length: 1 + random(3) }, () => random(WEEK_DAYS * DAY_MS))
  comings.sort((a, b) => a - b)
  let tries = 0
  let atMs = 0
  return (heard, chance) => {
    const again = (heard === 'mismatch' || heard === 'busy') && tries < 3
    if (!again) {
      const coming = comings.shift()
      if (coming === undefined) return undefined
      tries = 0
      atMs = Math.max(coming, atMs + MINUTE_MS)
    } else atMs += MINUTE_MS
    tries++
    const mistyped = chance(PERCENT) < TYPO_PERCENT
    return { atMs, person, mobile: mistyped ? anyPhone(chance) : person.mobile, tenant }
  }
}

/** Comes often on one day, and everything he types is right. */
function frequent(person: SyntheticPerson, tenant: number, random: Random): Visitor {
  const startMs = random((WEEK_DAYS - 1) * DAY_MS)
  let n = 0
  return () => {
    if (n >= OFTEN) return undefined
    return { atMs: startMs + n++ * HOUR_MS, person, mobile: person.mobile, tenant }
  }
}

/** Tries an old number three times, after two hours twice more, and the next day the right one. */
function forgetful(person: SyntheticPerson, tenant: number, random: Random): Visitor {
  const startMs = random((WEEK_DAYS - 2) * DAY_MS)
  const old = anyPhone(random)
  const plan = [0, MINUTE_MS, 2 * MINUTE_MS, 2 * HOUR_MS, 2 * HOUR_MS + MINUTE_MS]
  const visits: Visit[] = plan.map((afterMs) => {
    return { atMs: startMs + afterMs, person, mobile: old, tenant }
  })
  visits.push({ atMs: startMs + DAY_MS, person, mobile: person.mobile, tenant })
  return () => visits.shift()
}

/** Has name, ID number and card, and tries phones through every account. */
function guesser(person: SyntheticPerson, tenant: number, random: Random): Visitor {
  const startMs = random((WEEK_DAYS - 1) * DAY_MS)
  let n = 0
  return (_heard, chance) => {
    if (n >= GUESSES) return undefined
    const atMs = startMs + n++ * 20 * MINUTE_MS
    return { atMs, person, mobile: anyPhone(chance), tenant: tenant + n }
  }
}

function anyPhone(random: Random): string {
  return `1770${String(random(PHONES)).padStart(7, '0')}`
}
