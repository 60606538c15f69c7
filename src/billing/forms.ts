/** What buyers and operators may ask of the sale, field by field; CLI and admin API read it alike. */
import { z } from 'zod'
import { foldMobile } from '../domain/mobile.ts'
import { PRODUCTS, type Product } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'

const FEN_MAX = 100_000_000_000
const UNITS_MAX = 1_000_000_000_000
const RATE_MAX = 1_000_000
const YEARS_MAX = 20
const DAYS_MAX = 3_650
const DUE_DAYS_MAX = 365
const THRESHOLDS_MAX = 8
const URL_LENGTH_MAX = 512

const line = (lengthMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(lengthMax)
    .regex(/^[^\p{Cc}]*$/u)
const units = z.int().min(1).max(UNITS_MAX)
const fen = z.int().min(0).max(FEN_MAX)
const mode = z.enum(['live', 'test'])
const product = z.enum(Object.keys(PRODUCTS) as [Product, ...Product[]])
const reason = line(200)
const planName = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/i)
const orderId = z.string().regex(/^ord_[a-z0-9]{16}$/)
const paymentId = z.string().regex(/^[\w.:-]{1,64}$/)
const thresholds = (item: z.ZodType<number>) => z.array(item).max(THRESHOLDS_MAX)

export const PLAN_FORM = z.strictObject({
  name: planName,
  kind: z.enum(['package', 'trial']),
  product,
  units,
  priceFen: fen,
  validity: z.union([
    z.strictObject({ years: z.int().min(1).max(YEARS_MAX) }),
    z.strictObject({ days: z.int().min(1).max(DAYS_MAX) }),
  ]),
  ratePerSecond: z.int().min(1).max(RATE_MAX).exactOptional(),
})

export const PLACE_FORM = z.strictObject({ plan: planName, mode })

export const PAY_FORM = z.strictObject({ orderId, paymentId, amountFen: fen.exactOptional() })

export const CANCEL_FORM = z.strictObject({ orderId, reason })

export const REFUND_FORM = z.strictObject({ orderId, units: units.exactOptional(), reason })

/** At least one of the numbers that tell who the account really is. */
export const TRIAL_FORM = z
  .strictObject({
    plan: planName,
    taxNumber: z
      .string()
      .transform((text) => text.replace(/\s/g, '').toUpperCase())
      .pipe(z.string().regex(/^[0-9A-Z]{15,20}$/))
      .transform((text) => new Secret(text))
      .exactOptional(),
    phone: z
      .string()
      .transform(foldMobile)
      .pipe(z.string().regex(/^\d{8,12}$/))
      .transform((text) => new Secret(text))
      .exactOptional(),
  })
  .refine(({ taxNumber, phone }) => taxNumber !== undefined || phone !== undefined, {
    path: ['taxNumber'],
    params: { problem: 'missing' },
  })

export const ALERT_FORM = z.strictObject({
  lowPercents: thresholds(z.int().min(0).max(100)),
  lowUnits: thresholds(z.int().min(0).max(UNITS_MAX)),
  expiryDays: thresholds(z.int().min(1).max(DUE_DAYS_MAX)),
})

export const WEBHOOK_FORM = z.strictObject({
  // A password in an address would be shown with it.
  url: z
    .url({ protocol: /^https?$/ })
    .max(URL_LENGTH_MAX)
    .refine((url) => !/^https?:\/\/[^/?#]*@/i.test(url), { params: { problem: 'malformed' } }),
})

export const REORDER_FORM = z.strictObject({ plan: planName, mode, belowUnits: units })

export const POSTPAID_FORM = z.strictObject({
  product,
  unitsPerMonth: units,
  priceFenPer1000Units: fen,
  dueDays: z.int().min(1).max(DUE_DAYS_MAX),
})

/** Names under which a payment has another meaning are no provider's. */
export const PROVIDER_FORM = z.strictObject({
  name: z.string().regex(/^(?!(?:operator|sandbox|free)$)[a-z0-9-]{1,32}$/),
})

/** The body of a payment provider's notice. Fields it adds for itself are not looked at. */
export const NOTICE_FORM = z.object({ orderId: line(64), paymentId, amountFen: fen })
