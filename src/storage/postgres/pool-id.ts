/** Which pool of grants: the unit of locking. */
import { poolKey } from '../../billing/grant.ts'
import type { Mode, Product } from '../../domain/product.ts'

export interface PoolId {
  readonly accountId: string
  readonly product: Product
  readonly mode: Mode
}

export function keyOfPool({ accountId, product, mode }: PoolId): string {
  return poolKey(accountId, product, mode)
}
