/** Puts the routes of an installation together: vendors, breakers, guardian, router, probes. */
import { NO_DAY } from '../../domain/attempt-token.ts'
import { coalesced } from '../coalesce.ts'
import type { Question, Source } from '../source.ts'
import { SealedRouter, type SealedRouterParts } from './passage.ts'
import { Router, type RouterParts } from './router.ts'
import type { UpstreamSettings } from './settings.ts'
import { Upstream, type UpstreamParts } from './upstream.ts'

const PROBE_INTERVAL_MS = 10_000

export interface UpstreamsParts
  extends UpstreamParts,
    Omit<RouterParts, 'routes'>,
    Omit<SealedRouterParts, 'routes'> {
  readonly settings: readonly UpstreamSettings[]
}

/** The source over all routes, with the means to look at them and to end them. */
export interface Upstreams extends AsyncDisposable {
  readonly source: Source
  readonly routes: readonly Upstream[]
}

/** Opens the routes. What is under way when they are disposed ends as unknown. */
export function openUpstreams(parts: UpstreamsParts): Upstreams {
  const { settings, tokens, watch } = parts
  const routes = settings.map((row) => new Upstream(row, parts, settings.length === 1))
  const router = new Router({ ...parts, routes })
  const tokenOf = ({ product, elements, call }: Question) => {
    return tokens.tuple(product, elements, call?.accountId ?? '', NO_DAY)
  }
  const passage = new SealedRouter({ ...parts, routes })
  const source = { ...coalesced(router, tokenOf, () => watch.shared()), passage }
  const prober = setInterval(() => {
    for (const route of routes) route.probe().catch(() => undefined)
  }, PROBE_INTERVAL_MS)
  prober.unref()
  return {
    source,
    routes,
    async [Symbol.asyncDispose]() {
      clearInterval(prober)
      await Promise.all(routes.map((route) => route.close()))
    },
  }
}
