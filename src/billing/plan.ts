/** What is for sale: packages of units and the free trial, as data that the operator may version. */
import { PRODUCTS, type Product } from '../domain/product.ts'
import { daysLater, yearsLater } from './validity.ts'

/** `package` is bought, `trial` is had free and once. */
export type PlanKind = 'package' | 'trial'

/** How long the units of a plan can be spent, from the moment of payment. */
export type Validity = { readonly years: number } | { readonly days: number }

/** One version of a plan; it is never edited, only followed by another. */
export interface Plan {
  /** Names all versions, such as `card4-1200`. */
  readonly name: string
  readonly version: number
  readonly kind: PlanKind
  readonly product: Product
  readonly units: number
  readonly priceFen: number
  readonly validity: Validity
  /** Calls a second that an account is given at least once it has paid; none leaves its limit. */
  readonly ratePerSecond?: number
}

/** A plan as the operator writes it. */
export type PlanDraft = Omit<Plan, 'version'>

/** Why a plan cannot be added or retired. */
export type PlanRefusal = 'plan_unknown' | 'plan_price_invalid' | 'plan_differs_in_kind'

const TRIAL_UNITS = 20
const TRIAL_DAYS = 90
const PACKAGE_YEARS = 2

/** Units and price in fen of the packages a fresh installation sells, for every product. */
const TIERS: readonly (readonly [units: number, priceFen: number])[] = [
  [1_200, 50_000],
  [6_000, 200_000],
  [10_000, 300_000],
  [18_000, 500_000],
  [40_000, 1_000_000],
]

/** The plans of a fresh installation. */
export const DEFAULT_PLANS: readonly PlanDraft[] = (Object.keys(PRODUCTS) as Product[]).flatMap(
  (product): PlanDraft[] => [
    {
      name: `${product}-trial`,
      kind: 'trial',
      product,
      units: TRIAL_UNITS,
      priceFen: 0,
      validity: { days: TRIAL_DAYS },
    },
    ...TIERS.map(([units, priceFen]): PlanDraft => {
      const validity = { years: PACKAGE_YEARS }
      return { name: `${product}-${units}`, kind: 'package', product, units, priceFen, validity }
    }),
  ],
)

/**
 * The version that follows `previous`, or the first. A name keeps its kind and product, so that what
 * was ordered under it yesterday is comparable with what is ordered today.
 */
export function nextVersion(draft: PlanDraft, previous: Plan | undefined): Plan | PlanRefusal {
  if ((draft.kind === 'trial') !== (draft.priceFen === 0)) return 'plan_price_invalid'
  if (previous === undefined) return { ...draft, version: 1 }
  if (previous.kind !== draft.kind || previous.product !== draft.product) {
    return 'plan_differs_in_kind'
  }
  return { ...draft, version: previous.version + 1 }
}

/** First moment at which units paid for at `paidAtMs` can no longer be spent, by the Beijing calendar. */
export function endOfValidity(validity: Validity, paidAtMs: number): number {
  return 'years' in validity
    ? yearsLater(paidAtMs, validity.years)
    : daysLater(paidAtMs, validity.days)
}
