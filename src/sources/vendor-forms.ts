/** What an operator may ask of the routes to vendors, field by field. */
import { z } from 'zod'
import { isBearer, type KeyKind } from '../domain/key.ts'
import { Secret } from '../domain/secret.ts'
import type { VendorCredential } from '../protocols/vendor-client.ts'
import { GUARD_PROFILES, type GuardProfileName } from './guardian.ts'
import { parsePrices, pricesText } from './price-book.ts'
import { ROUTER_POLICY } from './upstream/settings.ts'
import { encryptionOf, VENDOR_CLIENTS, type VendorRoute } from './vendor-route.ts'

const TIER_MAX = 100
const WEIGHT_MAX = 1_000_000
const CERTIFICATE_CHARS_MAX = 32_768
const TIMEOUT_MS_MAX = 60_000
const SHARE_WHOLE = 10_000
const ROUTES_MAX = 50
const CALLS_MAX = 100_000_000_000
const COST_CENTIFEN_MAX = 100_000_000

/** Rules of vendors against too many attempts; those of the own registry are nobody's to choose. */
export const VENDOR_PROFILES = (Object.keys(GUARD_PROFILES) as GuardProfileName[]).filter(
  (name) => name !== 'registry',
)

const malformed = { params: { problem: 'malformed' } }
const routeName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
/** One line of printable characters, as ids and secrets are. */
const printable = z.string().regex(/^[!-~]{1,512}$/)
const secret = printable.transform((text) => new Secret(text))
const pem = z
  .string()
  .max(CERTIFICATE_CHARS_MAX)
  .regex(/^-----BEGIN [A-Z ]+-----[\s\S]+-----END [A-Z ]+-----\s*$/)
/** An address without a path or a password, which would be shown with it. */
const origin = z
  .url({ protocol: /^https?$/ })
  .max(256)
  .refine((text) => URL.parse(text)?.origin === text.replace(/\/$/, ''), malformed)
  .transform((text) => new URL(text).origin)
const prices = z
  .array(
    z.strictObject({
      fromCalls: z.int().min(0).max(CALLS_MAX),
      costCentifen: z.int().min(0).max(COST_CENTIFEN_MAX),
    }),
  )
  .refine((steps) => parsePrices(pricesText(steps)) !== undefined, malformed)

const terms = {
  endpoint: origin.exactOptional(),
  ca: pem.exactOptional(),
  profile: z.enum(VENDOR_PROFILES),
  prices,
  tier: z.int().min(0).max(TIER_MAX),
  weight: z.int().min(0).max(WEIGHT_MAX),
}

const credential = {
  /** SecretId or AppKey; none where the secret is all there is. */
  id: printable.exactOptional(),
  secret,
  /** Session token of a temporary key. */
  token: secret.exactOptional(),
  /** In PEM: elements travel encrypted for it. */
  publicKey: pem.exactOptional(),
}

const CredentialForm = z.strictObject(credential)

/** A new route. */
export const ROUTE_FORM = z
  .strictObject({
    name: routeName,
    vendor: z.enum([...VENDOR_CLIENTS.keys()]),
    kind: z.enum(['tencent', 'appcode', 'appkey', 'direct']),
    ...credential,
    ...terms,
  })
  .refine(({ vendor, kind }) => VENDOR_CLIENTS.get(vendor)!.credentials.includes(kind), {
    path: ['kind'],
    params: { problem: 'wrong_type' },
  })
  .refine(({ kind, id }) => isBearer(kind) || id !== undefined, {
    path: ['id'],
    params: { problem: 'missing' },
  })
  .refine(({ vendor, publicKey }) => publicKey === undefined || takesKey(vendor, publicKey), {
    path: ['publicKey'],
    ...malformed,
  })

/** Other terms of a route, and where it is told another credential of the same kind. */
export const ROUTE_CHANGE_FORM = z.strictObject({
  ...terms,
  credential: CredentialForm.exactOptional(),
})

/** How calls of an account, or of all others, are led. */
export const POLICY_FORM = z.strictObject({
  /** Absent for all vendors; `registry` is the own one: alone, first, or behind the others. */
  routes: z.array(routeName).min(1).max(ROUTES_MAX).exactOptional(),
  prefer: z.enum(['weight', 'cost', 'latency']),
  /** No vendor is asked with less left than it takes to begin. */
  totalTimeoutMs: z.int().min(ROUTER_POLICY.startMsMin).max(TIMEOUT_MS_MAX),
  /** Of ten thousand calls of a day, how many may be paid twice after an unknown. */
  doublePayShare: z.int().min(0).max(SHARE_WHOLE),
  /** Whether vendors are asked about a card that a registry named before them does not know. */
  noRecordFollows: z.boolean().exactOptional(),
})

/** The route that a form describes. */
export function routeOfForm(form: z.infer<typeof ROUTE_FORM>): VendorRoute {
  const { kind, id, secret, token, publicKey, ...route } = form
  const parts = { secret, ...optional({ id, token, publicKey }) }
  return { ...route, credential: credentialOfForm(kind, parts) }
}

/** The credential that a form describes. */
export function credentialOfForm(
  kind: KeyKind,
  { id = '', secret, token, publicKey }: z.infer<typeof CredentialForm>,
): VendorCredential {
  return {
    kind,
    id: isBearer(kind) ? '' : id,
    secret,
    ...(token !== undefined && { token }),
    ...(publicKey !== undefined && { publicKey: base64(publicKey) }),
  }
}

/** Whether elements can be encrypted for a vendor by a public key in PEM. */
export function takesKey(vendor: string, publicKey: string): boolean {
  return encryptionOf(vendor, base64(publicKey)) !== undefined
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** The fields that are there. */
function optional<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
