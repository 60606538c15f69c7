/**
 * Leads messages that only a vendor can read to that vendor: once, and to nobody else. Who wrote them
 * is known and pays; what they say of whom is not, so nothing here goes by elements.
 */
import type { Clock } from '../../domain/clock.ts'
import type { Fault } from '../../domain/fault.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Product } from '../../domain/product.ts'
import type { SealedMessage } from '../../protocols/protocol.ts'
import type { Passage, SealedQuestion } from '../source.ts'
import { leftMsOf, planOf } from './plan.ts'
import type { AttemptReport } from './report.ts'
import type { RouterPolicy } from './settings.ts'
import type { Upstream } from './upstream.ts'

export interface SealedRouterParts {
  readonly routes: readonly Upstream[]
  readonly clock: Clock
  /** 0 to 1, exclusive. */
  readonly chance: () => number
  readonly policyOf: (accountId: string) => RouterPolicy
  /** Whether the operator lets an account's sealed messages through. */
  readonly passes: (accountId: string) => boolean
}

export class SealedRouter implements Passage {
  readonly #parts: SealedRouterParts

  constructor(parts: SealedRouterParts) {
    this.#parts = parts
  }

  admits(accountId: string, product: Product, sealed: SealedMessage): boolean {
    return this.#parts.passes(accountId) && this.#readers(accountId, { product, sealed }).length > 0
  }

  /** Asks the first route that can be reached; another credential of the vendor is no other vendor. */
  async pass(question: SealedQuestion): Promise<Outcome | Fault> {
    const { accountId } = question.call
    const policy = this.#parts.policyOf(accountId)
    const readers = this.#readers(accountId, question)
    let attempt = 0
    for (const route of planOf(readers, question.product, policy.prefer, this.#parts.chance)) {
      const timeoutMs = this.#timeoutMs(question, policy)
      if (timeoutMs === undefined) break
      const report = await route.pass(question, ++attempt, timeoutMs)
      if (report.phase !== 'unreached') return refusalOf(report, route) ?? report.outcome
    }
    return 'source_busy'
  }

  /** The routes of an account whose vendor can read a message. */
  #readers(
    accountId: string,
    message: Pick<SealedQuestion, 'product' | 'sealed'>,
  ): readonly Upstream[] {
    const { routes, policyOf } = this.#parts
    const { routes: chosen } = policyOf(accountId)
    return routes.filter((route) => {
      return route.opens(message) && (chosen?.includes(route.settings.name) ?? true)
    })
  }

  /** What an attempt may take of what is left of the call; undefined when it is too little. */
  #timeoutMs({ call }: SealedQuestion, policy: RouterPolicy): number | undefined {
    const leftMs = leftMsOf(call, policy, this.#parts.clock)
    return leftMs < policy.startMsMin ? undefined : Math.min(leftMs, policy.attemptTimeoutMs)
  }
}

/** That the vendor cannot read the message is its writer's affair, not ours. */
function refusalOf({ code, phase }: AttemptReport, { settings }: Upstream): Fault | undefined {
  if (phase !== 'replied') return undefined
  const fault = settings.vendor.passOn?.refusals.get(code)
  return fault && { fault }
}
