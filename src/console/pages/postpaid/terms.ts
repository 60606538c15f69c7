/** What the admin API tells of an account's postpaid terms. */
import type { Product } from '../../api-types.ts'

export interface Terms {
  readonly accountId: string
  readonly product: Product
  readonly unitsPerMonth: number
  readonly priceFenPer1000Units: number
  readonly dueDays: number
  readonly endedAtMs?: number
}
