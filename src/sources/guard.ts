/** The guardian at work: questions become counters' tokens, and each step is one durable change. */
import {
  DISTINCT_COUNTERS,
  type DistinctCounter,
  type GuardAsk,
  type GuardEnd,
  type GuardEnding,
  type GuardLimits,
  type GuardRefusal,
  type GuardTokens,
} from '../domain/attempt.ts'
import {
  ATTEMPT_TOKEN_BYTES,
  type AttemptTokens,
  NO_DAY,
  type TokenPlan,
  type TokenWish,
  tupleWish,
} from '../domain/attempt-token.ts'
import { beijingDay } from '../domain/beijing.ts'
import type { Clock } from '../domain/clock.ts'
import { type ElementName, PRODUCTS, type Product } from '../domain/product.ts'
import { GUARD_PROFILES, type GuardProfileName, LOCK_DAYS } from './guardian.ts'
import type { AskingCall, Question } from './source.ts'
import type { GuardStore } from './store.ts'

const EVERYBODY = 'all'
/** Numbers of attempts that a call has in the names of its slots. */
const ATTEMPTS_A_CALL = 16
/** The number of what is no attempt of the call's own. */
const ASIDE = ATTEMPTS_A_CALL - 1
const UNCOUNTED: GuardLimits['distinct'] = { accountCard: 0, card: 0, idNumber: 0, mobile: 0 }
/** Plans that are kept, one an account and product. */
const PLANS_MAX = 10_000
/** Whose answers know that the same was asked too often (同一参数请求次数超限). */
const FACES_WITH_REPEATS: ReadonlySet<string> = new Set(['aliyun'])

/** What each counter of distinct tuples is kept by. */
const COUNTED: { readonly [C in DistinctCounter]: ElementName } = {
  accountCard: 'cardNumber',
  card: 'cardNumber',
  idNumber: 'idNumber',
  mobile: 'mobile',
}

/** A question of a call. */
type Asked = Question & { readonly call: AskingCall }

/** A slot that was taken, to be ended once. */
export interface GuardSlot {
  readonly ask: GuardAsk
  /** Attempts that the issuer would still bear after this one. */
  readonly left: number
}

export interface GuardParts {
  readonly store: GuardStore
  readonly tokens: AttemptTokens
  readonly clock: Pick<Clock, 'nowMs'>
  /** What an operator's own register lets through, where he has said so. */
  readonly registry?: GuardLimits
}

interface DayPlan {
  readonly day: number
  readonly plan: TokenPlan
}

export class Guard {
  readonly #parts: GuardParts
  readonly #plans = new Map<string, DayPlan>()

  constructor(parts: GuardParts) {
    this.#parts = parts
  }

  /** Takes a slot for one attempt of a call, or tells which counter is full. */
  async take(
    question: Asked,
    profile: GuardProfileName,
    attempt: number,
  ): Promise<GuardSlot | GuardRefusal> {
    const { registry = GUARD_PROFILES.registry } = this.#parts
    const limits = profile === 'registry' ? registry : GUARD_PROFILES[profile]
    const ask = this.ask(question, limits, attempt)
    const taken = await this.#parts.store.take(ask)
    return typeof taken === 'string' ? taken : { ask, ...taken }
  }

  /**
   * Takes a slot for a question that nobody guesses by, such as a comparison: only issuers count it, and
   * it takes nothing of what an account may ask.
   */
  async takeAside(question: Asked, profile: GuardProfileName): Promise<GuardSlot | GuardRefusal> {
    const limits = { ...GUARD_PROFILES[profile], distinct: UNCOUNTED }
    const ask = this.ask(question, limits, ASIDE)
    const taken = await this.#parts.store.take(ask)
    return typeof taken === 'string' ? taken : { ask, ...taken }
  }

  /** Ends a slot; resolves when that is durable. */
  end({ ask }: Pick<GuardSlot, 'ask'>, ending: GuardEnding): Promise<void> {
    return this.#parts.store.end({ ask, ending, atMs: this.#parts.clock.nowMs() })
  }

  /** What an answer that is there already counts. */
  counted(question: Asked, limits: GuardLimits, ending: GuardEnding): GuardEnd {
    const ask = this.ask(question, limits, 1)
    return { ask, ending, atMs: ask.atMs }
  }

  /** The slot of the n-th attempt of a call, not taken yet. */
  ask({ product, elements, call, counted }: Asked, limits: GuardLimits, attempt: number): GuardAsk {
    const atMs = this.#parts.clock.nowMs()
    const plan = this.#plan(product, call.accountId, {
      day: beijingDay(atMs),
      locks: limits.lock !== undefined,
    })
    const made = this.#parts.tokens.make(plan, elements)
    const tokens = [...Array(made.length / ATTEMPT_TOKEN_BYTES).keys()].map((i) =>
      made.slice(i * ATTEMPT_TOKEN_BYTES, (i + 1) * ATTEMPT_TOKEN_BYTES),
    )
    const repeats = FACES_WITH_REPEATS.has(call.api.split('.')[0] ?? '')
    return {
      // A call counts once, however many vendors it is asked of.
      ...distribute(tokens, product, {
        limits,
        repeats,
        counted: counted === true,
        first: attempt === 1,
      }),
      limits,
      slot: call.serial * ATTEMPTS_A_CALL + attempt,
      atMs,
    }
  }

  /** The tokens of an account's questions about a product, on one day. */
  #plan(
    product: Product,
    accountId: string,
    { day, locks }: { readonly day: number; readonly locks: boolean },
  ): TokenPlan {
    const name = `${product} ${locks} ${accountId}`
    const known = this.#plans.get(name)
    if (known?.day === day) return known.plan
    if (this.#plans.size >= PLANS_MAX) this.#plans.clear()
    const plan = this.#parts.tokens.plan(wishesOf(product, accountId, day, locks))
    this.#plans.set(name, { day, plan })
    return plan
  }
}

/** Counters that a product's elements have; one that compares nothing leaves nothing to guess. */
function countersOf(product: Product): readonly DistinctCounter[] {
  const names: readonly ElementName[] = PRODUCTS[product]
  if (product === 'cardInfo') return []
  return DISTINCT_COUNTERS.filter((counter) => names.includes(COUNTED[counter]))
}

/** In the order in which `distribute` takes their tokens. */
function wishesOf(product: Product, account: string, day: number, locks: boolean): TokenWish[] {
  const card: readonly ElementName[] = ['cardNumber']
  const earlier = Array.from({ length: locks ? LOCK_DAYS : 0 }, (_, i) => day - i)
  return [
    tupleWish(product, EVERYBODY, day),
    tupleWish(product, account, day),
    // A match of fewer elements must not open the way to guess the others.
    { counter: `matched ${product}`, scope: account, day: NO_DAY, of: card },
    ...countersOf(product).map((counter) => {
      const scope = counter === 'accountCard' ? account : EVERYBODY
      return { counter, scope, day, of: [COUNTED[counter]] }
    }),
    ...PRODUCTS[product].map((name) => {
      return { counter: `requests ${name}`, scope: account, day, of: [name] }
    }),
    ...earlier.map((of) => ({ counter: 'lock', scope: EVERYBODY, day: of, of: card })),
  ]
}

/** Gives each token its place; what is not counted has none. */
function distribute(
  [tuple = '', repeat = '', matched = '', ...tokens]: readonly string[],
  product: Product,
  {
    limits,
    repeats,
    counted,
    first,
  }: {
    readonly limits: GuardLimits
    readonly repeats: boolean
    readonly counted: boolean
    readonly first: boolean
  },
): { readonly tuple: string; readonly tokens: GuardTokens } {
  const counters = countersOf(product)
  const distinct = DISTINCT_COUNTERS.map((counter) => {
    const at = counters.indexOf(counter)
    return limits.distinct[counter] > 0 ? (tokens[at] ?? '') : ''
  })
  const elementsEnd = counters.length + PRODUCTS[product].length
  const counts = first && !counted && limits.elementMax > 0
  const elements = counts ? tokens.slice(counters.length, elementsEnd) : []
  return {
    tuple,
    tokens: {
      distinct,
      elements,
      lock: tokens.slice(elementsEnd),
      matched: counters.length === 0 ? '' : matched,
      repeat: first && repeats && limits.repeatMax > 0 ? repeat : '',
    },
  }
}
