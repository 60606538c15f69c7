/** In which order a call asks its routes, and in what time. */
import type { Clock } from '../../domain/clock.ts'
import type { Product } from '../../domain/product.ts'
import type { AskingCall } from '../source.ts'
import type { Preference, RouterPolicy, UpstreamSettings } from './settings.ts'

const US_A_MS = 1_000

/** What the order depends on. */
export interface Candidate {
  readonly settings: Pick<UpstreamSettings, 'tier' | 'weight' | 'costCentifen'>
  readonly medianMs: number
  sells(product: Product): boolean
  isReady(): boolean
}

/**
 * The routes that can be asked for a product now, by tier; inside a tier by chance in proportion to
 * weight, by cost or by what their answers take.
 */
export function planOf<C extends Candidate>(
  routes: readonly C[],
  product: Product,
  prefer: Preference,
  chance: () => number,
): C[] {
  return routes
    .filter((route) => route.sells(product) && route.isReady())
    .map((route) => ({ route, rank: rankOf(route, prefer, chance) }))
    .sort((a, b) => a.route.settings.tier - b.route.settings.tier || a.rank - b.rank)
    .map(({ route }) => route)
}

/**
 * For weights a draw from the exponential distribution of that rate: the least of several is each
 * route's in proportion to its weight.
 */
function rankOf(
  { settings, medianMs }: Candidate,
  prefer: Preference,
  chance: () => number,
): number {
  if (prefer === 'cost') return settings.costCentifen
  if (prefer === 'latency') return medianMs
  return settings.weight === 0 ? Number.MAX_VALUE : -Math.log(1 - chance()) / settings.weight
}

/** Whole milliseconds that a call has left of its policy's total; below 0 when it is late. */
export function leftMsOf(
  { startedUs }: Pick<AskingCall, 'startedUs'>,
  { totalTimeoutMs }: Pick<RouterPolicy, 'totalTimeoutMs'>,
  clock: Pick<Clock, 'monotonicUs'>,
): number {
  return Math.floor(totalTimeoutMs - (clock.monotonicUs() - startedUs) / US_A_MS)
}
