/** In which order a call asks its routes. */
import type { Product } from '../../domain/product.ts'
import type { Preference, UpstreamSettings } from './settings.ts'

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
