/** Where the own registry stands in a policy: read out of its routes, and written into them. */
import type { Policy } from './vendor-types.ts'

/** What stands for the own registry among the names of routes. */
const REGISTRY = 'registry'

export type RegistryPlace = 'none' | 'only' | 'first' | 'firstThenVendors' | 'last'

/** The vendors among the routes. */
export function vendorsOf(routes: readonly string[] = []): readonly string[] {
  return routes.filter((name) => name !== REGISTRY)
}

/** Where a policy has the registry. */
export function placeOf({ routes = [], noRecordFollows }: Partial<Policy> = {}): RegistryPlace {
  if (!routes.includes(REGISTRY)) return 'none'
  if (routes.length === 1) return 'only'
  if (routes[0] !== REGISTRY) return 'last'
  return noRecordFollows ? 'firstThenVendors' : 'first'
}

/** The order that is sent; beside the registry every route has to be named. */
export function routesWith(
  registry: RegistryPlace,
  chosen: readonly string[],
  all: readonly string[],
): Pick<Policy, 'routes' | 'noRecordFollows'> {
  if (registry === 'none') return chosen.length > 0 ? { routes: chosen } : {}
  if (registry === 'only') return { routes: [REGISTRY] }
  const named = chosen.length > 0 ? chosen : all
  if (registry === 'last') return { routes: [...named, REGISTRY] }
  return { routes: [REGISTRY, ...named], noRecordFollows: registry === 'firstThenVendors' }
}
