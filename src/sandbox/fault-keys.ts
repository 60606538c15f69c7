/**
 * One magic key of each kind for each fault: whoever signs with it rightly is refused with that
 * fault. Data only; the key directory of the development mode, the reference page and the tests
 * read it. A number once given is never given again.
 */
import { FAULT_NAMES, type Fault, type FaultName } from '../domain/fault.ts'
import type { KeyKind } from '../domain/key.ts'

/** The last two digits of the AppKey. */
const NUMBERS = {
  credential_missing: 10,
  credential_malformed: 11,
  key_unknown: 12,
  signature_missing: 13,
  signature_mismatch: 14,
  signature_expired: 15,
  token_invalid: 16,
  nonce_replayed: 17,
  header_missing: 18,
  header_invalid: 19,
  header_repeated: 20,
  route_unknown: 21,
  method_unknown: 22,
  stage_unknown: 23,
  action_unknown: 24,
  version_unknown: 25,
  head_too_large: 26,
  body_too_large: 27,
  body_malformed: 28,
  body_digest_mismatch: 29,
  content_type_unsupported: 30,
  content_encoding_unsupported: 31,
  parameter_missing: 32,
  parameter_unknown: 33,
  parameter_repeated: 34,
  parameter_type_invalid: 35,
  parameter_value_invalid: 36,
  parameter_list_invalid: 37,
  parameter_pair_malformed: 38,
  parameter_name_empty: 39,
  decrypt_failed: 40,
  encrypt_field_unsupported: 41,
  encrypt_not_authorized: 42,
  rate_limited: 43,
  key_cap_reached: 44,
  identity_not_verified: 45,
  not_activated: 46,
  not_subscribed: 47,
  quota_exhausted: 48,
  subscription_expired: 49,
  arrears: 50,
  charge_state_abnormal: 51,
  account_frozen: 59,
  ip_forbidden: 52,
  permission_denied: 53,
  api_offline: 54,
  overloaded: 55,
  draining: 56,
  store_unavailable: 57,
  internal: 58,
} as const satisfies Record<FaultName, number>

/** What a refusal tells beside its name, where the vendor's text has room for it. */
const DETAILS: { readonly [F in FaultName]?: Omit<Fault, 'fault'> } = {
  rate_limited: { count: 21, limit: 20 },
}

/** A fault's magic keys: SecretId, AppCode, AppKey and direct key. The secrets are those of the usual test keys. */
export interface FaultKeys extends Readonly<Record<KeyKind, string>> {
  readonly fault: Fault
}

/** In the order of the vocabulary. */
export const FAULT_KEYS: readonly FaultKeys[] = FAULT_NAMES.map((name) => ({
  fault: { fault: name, ...DETAILS[name] },
  tencent: `AKIDKayanSandbox${name.split('_').map(capitalised).join('')}`,
  appcode: `kayansandbox-${name.replaceAll('_', '-')}`,
  appkey: `1000000${NUMBERS[name]}`,
  direct: `kayansandboxdirect-${name.replaceAll('_', '-')}`,
}))

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
