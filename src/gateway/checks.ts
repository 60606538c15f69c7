/**
 * The steps between authentication and verdict. Each is a leaf: it looks at the visit and says how
 * the call ends, or nothing. Their order is the protocol's (`Protocol.precedence`).
 */
import type { CallStep } from '../billing/call-steps.ts'
import { isUntold, type StoredAnswer } from '../billing/store.ts'
import { type Elements, normalise, precheck } from '../domain/elements.ts'
import { type Fault, isFault } from '../domain/fault.ts'
import type { AccountState, Key } from '../domain/key.ts'
import type { Outcome } from '../domain/outcome.ts'
import type {
  CallNames,
  Check,
  Protocol,
  ProtocolCall,
  SealedMessage,
  WireRequest,
} from '../protocols/protocol.ts'
import type { Question, Source } from '../sources/source.ts'
import type { Services } from './services.ts'

/** One authenticated request on its way. */
export interface Visit {
  readonly protocol: Protocol
  readonly request: WireRequest
  readonly call: ProtocolCall
  readonly key: Key
  readonly names: CallNames
  readonly startedUs: number
  /** Microseconds since then at which each step was done, as far as it came. */
  readonly stepsUs: { -readonly [S in CallStep]?: number }
  /** Set by `repeat` on who answers for all its repeats; empty on those and where none can be. */
  repeatKey: string
  /** Set by `decode`; without any before it, and where only a vendor can read them. */
  elements: Elements
  /** Set by `decrypt` instead of the elements when the message goes on as it came. */
  sealed: SealedMessage | undefined
  /** Set before the source is asked; empty until then. */
  elementToken: string
  /** Name of the source that answers; empty while none is asked. */
  source: string
  /** Who is asked, and what; undefined where nothing is counted by it. */
  origin: { readonly source: Source; readonly question: Question } | undefined
  /** Whether a unit is held under this call's serial. */
  reserved: boolean
}

/** Of a call whose elements nobody here has read. */
export const NO_ELEMENTS: Elements = {}

/** How a call ends before a source is asked. */
export type Ending =
  | Fault
  | { readonly outcome: Outcome }
  | { readonly stored: StoredAnswer }
  | { readonly body: string }

type CheckFunction = (
  visit: Visit,
  services: Services,
) => Ending | undefined | Promise<Ending | undefined>

const SUBSCRIPTION_FAULTS = {
  exhausted: { fault: 'quota_exhausted' },
  expired: { fault: 'subscription_expired' },
  none: { fault: 'not_subscribed' },
} as const satisfies Record<string, Fault>

const ACCOUNT_FAULTS = {
  inactive: { fault: 'not_activated' },
  unverified: { fault: 'identity_not_verified' },
  charge_abnormal: { fault: 'charge_state_abnormal' },
  arrears: { fault: 'arrears' },
  frozen: { fault: 'account_frozen' },
  closed: { fault: 'key_unknown' },
} as const satisfies Record<Exclude<AccountState, 'active'>, Fault>

export const CHECKS: Readonly<Record<Check, CheckFunction>> = {
  account({ key }) {
    return key.account.state === 'active' ? undefined : ACCOUNT_FAULTS[key.account.state]
  },

  immediate({ key, call, names }, { vault }) {
    return call
      .immediate?.(vault, key, names)
      .then((body) => (typeof body === 'string' ? { body } : body))
  },

  subscription({ key, call }, { meter }) {
    const availability = meter.availability(key.account.id, call.product, key.mode)
    return availability === 'usable' ? undefined : SUBSCRIPTION_FAULTS[availability]
  },

  throttle({ key, call, startedUs }, { limiter }) {
    const limit = key.account.ratePerSecond
    const taken = limiter.take(key.id, call.api, limit, startedUs)
    if (typeof taken === 'number') return overLimit(taken, limit)
    return taken.then((count) => overLimit(count, limit))
  },

  repeat(visit, { repeats }) {
    const repeatKey = visit.call.repeatKey(visit.key.id)
    if (repeatKey === undefined) return undefined
    const earlier = repeats.open(repeatKey, visit.names.atMs)
    if (earlier === undefined) {
      visit.repeatKey = repeatKey
      return undefined
    }
    return Promise.resolve(earlier).then((stored) => {
      // Who goes on, or tells first that a lost call is unknown, answers for all its repeats.
      if (stored === undefined || isUntold(stored)) visit.repeatKey = repeatKey
      return stored && { stored }
    })
  },

  decode(visit) {
    const elements = visit.call.decode()
    if (isFault(elements)) return elements
    visit.elements = normalise(elements, visit.call.product)
    return undefined
  },

  decrypt(visit, services) {
    const { call, key, names, startedUs } = visit
    const { vault } = services
    visit.sealed = passedOn(visit, services)
    if (visit.sealed !== undefined) {
      visit.elements = NO_ELEMENTS
      return undefined
    }
    return call.decrypt?.(vault, key, names.atMs)?.then(async (elements) => {
      if (!isFault(elements)) visit.elements = normalise(elements, call.product)
      else if (elements.fault === 'decrypt_failed') await vault.conceal(startedUs)
      return isFault(elements) ? elements : undefined
    })
  },

  format({ elements, sealed, call, key }, services) {
    if (sealed !== undefined) return undefined
    const outcome = precheck(elements, call.product, services.precheck[key.mode])
    return outcome && { outcome }
  },
}

/** The message of a call that goes on as it came: it may, and there is who can read it. */
function passedOn({ key, call }: Visit, { sources }: Services): SealedMessage | undefined {
  const { id } = key.account
  const all = sources[key.mode]
  const { passage } = all.of?.(id) ?? all
  const sealed = passage && call.sealed?.()
  return sealed && passage?.admits(id, call.product, sealed) ? sealed : undefined
}

function overLimit(count: number, limit: number): Fault | undefined {
  return count <= limit ? undefined : { fault: 'rate_limited', count, limit }
}
