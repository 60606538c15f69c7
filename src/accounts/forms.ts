/** What may be asked about accounts and their keys, field by field. */
import { z } from 'zod'
import { parseNetwork } from '../domain/ip-address.ts'
import { ACCOUNT_STATES } from '../domain/key.ts'

const NAME_LENGTH_MAX = 64
const RATE_MAX = 1_000_000
const DAILY_CAP_MAX = 1_000_000_000
const ADDRESSES_MAX = 100
/** A year; what shall live longer is a permanent key. */
const TEMPORARY_MINUTES_MAX = 525_600
/** Ninety days for callers to change over. */
const OVERLAP_MINUTES_MAX = 129_600

/** One line without control characters; ids begin with `acc_`, so a name must not. */
const accountName = z
  .string()
  .trim()
  .min(1)
  .max(NAME_LENGTH_MAX)
  .regex(/^(?!acc_)[^\p{Cc}]*$/u)

const kind = z.enum(['tencent', 'appcode', 'appkey', 'direct'])
const mode = z.enum(['live', 'test'])
/** A form that clients of the vendor accept, and long enough not to be guessed. */
const appCode = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/)
const network = z
  .string()
  .trim()
  .regex(/^[0-9A-Fa-f:.]+(?:\/\d{1,3})?$/)
  .refine((text) => parseNetwork(text) !== undefined, { params: { problem: 'malformed' } })

/** A new account. */
export const ACCOUNT_FORM = z.strictObject({
  name: accountName,
  ratePerSecond: z.int().min(1).max(RATE_MAX),
})

export const ACCOUNT_STATE_FORM = z.strictObject({ state: z.enum(ACCOUNT_STATES) })

/** A new key; an AppCode may be chosen, all else is generated. */
export const KEY_FORM = z
  .strictObject({
    kind,
    mode,
    appCode: appCode.exactOptional(),
    encrypted: z.boolean().exactOptional(),
    temporaryMinutes: z.int().min(1).max(TEMPORARY_MINUTES_MAX).exactOptional(),
  })
  .refine((key) => key.appCode === undefined || key.kind === 'appcode', {
    path: ['appCode'],
    params: { problem: 'unknown' },
  })
  .refine((key) => key.encrypted === undefined || key.kind === 'direct', {
    path: ['encrypted'],
    params: { problem: 'unknown' },
  })
  .refine((key) => key.temporaryMinutes === undefined || key.kind === 'tencent', {
    path: ['temporaryMinutes'],
    params: { problem: 'unknown' },
  })

/** A key that replaces another; `overlapMinutes` is how long the other goes on working. */
export const ROTATION_FORM = z.strictObject({
  overlapMinutes: z.int().min(0).max(OVERLAP_MINUTES_MAX),
  appCode: appCode.exactOptional(),
})

/** Limits of a key: `null` takes one away, an absent one stays. */
export const KEY_LIMITS_FORM = z.strictObject({
  addresses: z.array(network).min(1).max(ADDRESSES_MAX).nullable().exactOptional(),
  dailyCap: z.int().min(1).max(DAILY_CAP_MAX).nullable().exactOptional(),
})
