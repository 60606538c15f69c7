/**
 * The closed vocabulary of refusals: why we answered without asking a source.
 *
 * Each row names its owner, the party who can mend it. Wire codes and texts are rows of each
 * vendor's catalogue, typed `Record<FaultName, …>`.
 */
export type FaultOwner = 'caller' | 'operator' | 'upstream' | 'platform'

export const FAULTS = {
  credential_missing: 'caller',
  credential_malformed: 'caller',
  key_unknown: 'caller',
  signature_missing: 'caller',
  signature_mismatch: 'caller',
  signature_expired: 'caller',
  token_invalid: 'caller',
  nonce_replayed: 'caller',
  header_missing: 'caller',
  header_invalid: 'caller',
  header_repeated: 'caller',
  route_unknown: 'caller',
  method_unknown: 'caller',
  stage_unknown: 'caller',
  action_unknown: 'caller',
  version_unknown: 'caller',
  head_too_large: 'caller',
  body_too_large: 'caller',
  body_malformed: 'caller',
  body_digest_mismatch: 'caller',
  content_type_unsupported: 'caller',
  content_encoding_unsupported: 'caller',
  parameter_missing: 'caller',
  parameter_unknown: 'caller',
  parameter_repeated: 'caller',
  parameter_type_invalid: 'caller',
  parameter_value_invalid: 'caller',
  parameter_list_invalid: 'caller',
  parameter_pair_malformed: 'caller',
  parameter_name_empty: 'caller',
  decrypt_failed: 'caller',
  encrypt_field_unsupported: 'caller',
  encrypt_not_authorized: 'operator',
  rate_limited: 'caller',
  key_cap_reached: 'caller',
  identity_not_verified: 'caller',
  not_activated: 'caller',
  not_subscribed: 'caller',
  quota_exhausted: 'caller',
  subscription_expired: 'caller',
  arrears: 'caller',
  charge_state_abnormal: 'operator',
  account_frozen: 'operator',
  ip_forbidden: 'caller',
  permission_denied: 'caller',
  api_offline: 'operator',
  overloaded: 'platform',
  draining: 'platform',
  store_unavailable: 'platform',
  internal: 'platform',
} as const satisfies Record<string, FaultOwner>

export type FaultName = keyof typeof FAULTS

/** All fault names, in table order. */
export const FAULT_NAMES: readonly FaultName[] = Object.keys(FAULTS) as FaultName[]

/**
 * One refusal as it crosses layers: a name of the table and, where the vendor's text wants them,
 * the name of the offending field and two numbers. It never holds an element.
 */
export interface Fault {
  readonly fault: FaultName
  /** Name of the header or parameter in the caller's own spelling. */
  readonly field?: string
  /** What is wrong with it, where the vendor's text has room for a reason. */
  readonly reason?: string
  /** For `rate_limited`: requests counted in the current second, this one included. */
  readonly count?: number
  /** For `rate_limited`: the limit a second. */
  readonly limit?: number
  /** The vendor's own code, finer than this name or asked for by a magic value; its folder knows it. */
  readonly specimen?: string
}

/** Whether a value that crossed a layer is a refusal. */
export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'fault' in value
}
