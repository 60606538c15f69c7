/** The own registry as one of the routes of an account that is led to vendors too. */
import type { GuardRefusal } from '../domain/attempt.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Guard } from './guard.ts'
import { endingOf } from './guardian.ts'
import type { AskingCall, Attributed, Question, Source, Verdict } from './source.ts'
import type { RouterPolicy } from './upstream/settings.ts'

/** Behind any number that a vendor's attempt of a call can have. */
const LAST_ATTEMPT = 14

export interface RegistryRouteParts {
  readonly registry: Source<Outcome>
  readonly guard: Guard
  readonly policyOf: (accountId: string) => RouterPolicy
  /** Told of each verdict of the registry's own. */
  readonly answered: (question: Question, route: string, outcome: Outcome) => void
}

type PaidQuestion = Question & { readonly call: AskingCall }

/**
 * Vendors with the registry before or behind them, as the account's policy names it. The unit is
 * reserved beforehand in either case, for nobody knows yet who will answer; the attempt counts by the
 * registry's own limits, which lock no card.
 */
export function withRegistry(vendors: Source, parts: RegistryRouteParts): Source {
  return {
    ...vendors,
    begin(question) {
      const { registry } = parts.policyOf(question.call?.accountId ?? '')
      return registry === 'none' ? vendors.begin?.(question) : undefined
    },
    verify(question) {
      const { call } = question
      if (call === undefined) return vendors.verify(question)
      const policy = parts.policyOf(call.accountId)
      const asked = { ...question, call }
      if (policy.registry === 'first') return askFirst(asked, vendors, policy, parts)
      return policy.registry === 'last' ? askLast(asked, vendors, parts) : vendors.verify(question)
    },
  }
}

async function askFirst(
  question: PaidQuestion,
  vendors: Source,
  { noRecordFollows }: RouterPolicy,
  { registry, guard, answered }: RegistryRouteParts,
): Promise<Verdict> {
  const slot = await guard.take(question, 'registry', 1)
  if (typeof slot === 'string') return refused(vendors, registry, slot)
  const outcome = await registry.verify(question)
  if (outcome === 'no_record' && noRecordFollows) {
    // Before a vendor is asked: its attempt counts instead, but no call counts twice.
    await guard.end(slot, 'unasked')
    const isCounted = slot.ask.tokens.elements.length > 0
    return vendors.verify(isCounted ? { ...question, counted: true } : question)
  }
  guard.end(slot, endingOf(outcome)).catch(() => undefined)
  answered(question, registry.name, outcome)
  return said(registry, outcome)
}

/** The registry behind vendors answers when none of them could be asked. */
async function askLast(
  question: PaidQuestion,
  vendors: Source,
  { registry, guard, answered }: RegistryRouteParts,
): Promise<Verdict> {
  const verdict = await vendors.verify(question)
  if (verdict !== 'source_busy') return verdict
  const slot = await guard.take(question, 'registry', LAST_ATTEMPT)
  if (typeof slot === 'string') return refused(vendors, registry, slot)
  const outcome = await registry.verify(question)
  guard.end(slot, endingOf(outcome)).catch(() => undefined)
  answered(question, registry.name, outcome)
  return said(registry, outcome)
}

function refused(vendors: Source, registry: Source<Outcome>, by: GuardRefusal): Attributed {
  vendors.limited?.(by)
  return said(registry, 'attempts_exceeded')
}

function said({ name }: Source<Outcome>, outcome: Outcome): Attributed {
  return { outcome, source: name }
}
