/** What the units of a grant were sold for, where they were sold. */
import type { Queries } from './engine.ts'

/** So many units for so much money: one unit may cost less than a fen. */
export interface UnitPrice {
  readonly fen: number
  readonly units: number
}

/** The price by the order or by the agreement that a grant came from; undefined of one that was given. */
export async function priceOfGrant(
  queries: Queries,
  grantId: number,
): Promise<UnitPrice | undefined> {
  const sold = await queries
    .selectFrom('order')
    .select(['amount_fen', 'units'])
    .where('grant_id', '=', grantId)
    .executeTakeFirst()
  if (sold !== undefined) return { fen: sold.amount_fen, units: sold.units }
  const agreed = await queries
    .selectFrom('postpaid_month')
    .select('price_fen_per_1000_units')
    .where('grant_id', '=', grantId)
    .executeTakeFirst()
  return agreed && { fen: agreed.price_fen_per_1000_units, units: 1_000 }
}
