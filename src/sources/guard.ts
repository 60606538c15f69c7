/** The guardian at work: questions become counters' tokens, and each step is one durable change. */
import { type AttemptTokens, beijingDay } from '../domain/attempt-token.ts'
import type { Clock } from '../domain/clock.ts'
import { type ElementName, PRODUCTS } from '../domain/product.ts'
import {
  admit,
  type DistinctLimits,
  GUARD_PROFILES,
  type GuardAsk,
  type GuardEnding,
  type GuardProfileName,
  type GuardRefusal,
  type GuardTokens,
  LOCK_DAYS,
  settle,
  tokensOf,
} from './guardian.ts'
import type { AskingCall, Question } from './source.ts'
import type { GuardStore } from './store.ts'

const EVERYBODY = 'all'
/** A match is remembered across days. */
const NO_DAY = 0

/** Requests a day for one tuple of one account, by the face it comes through (同一参数请求次数超限). */
const REPEATS_MAX: Readonly<Record<string, number>> = { aliyun: 10 }

/** What each counter of distinct tuples is kept by. */
const COUNTED: { readonly [C in keyof DistinctLimits]: ElementName } = {
  accountCard: 'cardNumber',
  card: 'cardNumber',
  idNumber: 'idNumber',
  mobile: 'mobile',
}

/** A slot that was taken, to be ended once. */
export interface GuardSlot {
  readonly ask: GuardAsk
  readonly profile: GuardProfileName
  /** Attempts that the issuer would still bear after this one. */
  readonly left: number
}

export interface GuardParts {
  readonly store: GuardStore
  readonly tokens: AttemptTokens
  readonly clock: Clock
}

export class Guard {
  readonly #parts: GuardParts

  constructor(parts: GuardParts) {
    this.#parts = parts
  }

  /** Takes a slot for one attempt of a call, or tells which counter is full. */
  async take(
    question: Question & { readonly call: AskingCall },
    profile: GuardProfileName,
    attempt: number,
  ): Promise<GuardSlot | GuardRefusal> {
    const { store, clock } = this.#parts
    const ask = this.#ask(question, attempt, clock.nowMs())
    return store.change<GuardSlot | GuardRefusal>(tokensOf(ask.tokens), (rows) => {
      const admission = admit(rows, ask, GUARD_PROFILES[profile])
      if (!admission.admitted) return { result: admission.by, writes: new Map() }
      return { result: { ask, profile, left: admission.left }, writes: admission.writes }
    })
  }

  /** Ends a slot; resolves when that is durable. */
  async end({ ask, profile }: GuardSlot, ending: GuardEnding): Promise<void> {
    const { store, clock } = this.#parts
    const atMs = clock.nowMs()
    await store.change(tokensOf(ask.tokens), (rows) => {
      return {
        result: undefined,
        writes: settle(rows, ask, GUARD_PROFILES[profile], { ending, atMs }),
      }
    })
  }

  #ask(
    question: Question & { readonly call: AskingCall },
    attempt: number,
    atMs: number,
  ): GuardAsk {
    const { product, elements, call } = question
    const day = beijingDay(atMs)
    return {
      tokens: this.#tokens(question, day),
      slot: `${call.requestId}.${attempt}`,
      atMs,
      tuple: this.#parts.tokens.tuple(product, elements, EVERYBODY, day),
      repeatsMax: REPEATS_MAX[call.api.split('.')[0] ?? ''] ?? Number.POSITIVE_INFINITY,
    }
  }

  #tokens(
    { product, elements, call }: Question & { readonly call: AskingCall },
    day: number,
  ): GuardTokens {
    const { tokens } = this.#parts
    const account = call.accountId
    const names: readonly ElementName[] = PRODUCTS[product]
    const counters = Object.entries(COUNTED).filter(([, element]) => names.includes(element))
    const distinct = counters.map(([counter, element]) => {
      const scope = counter === 'accountCard' ? account : EVERYBODY
      return [counter, tokens.element(counter, scope, day, elements, element)]
    })
    const lock = (of: number) => tokens.element('lock', EVERYBODY, of, elements, 'cardNumber')
    return {
      distinct: Object.fromEntries(distinct),
      elements: names.map((name) =>
        tokens.element(`requests ${name}`, account, day, elements, name),
      ),
      lock: [lock(day), ...Array.from({ length: LOCK_DAYS - 1 }, (_, i) => lock(day - 1 - i))],
      matched: tokens.element('matched', account, NO_DAY, elements, 'cardNumber'),
      repeat: tokens.tuple(product, elements, account, day),
    }
  }
}
