/** What an operator can choose about the Tencent face. */

/** The editions of the result tables, the oldest first. */
export const RESULT_EDITIONS = ['reference', '2025-06'] as const

/** Which edition of the result tables is spoken: the documented reference, or that of June 2025. */
export type ResultEdition = (typeof RESULT_EDITIONS)[number]

export interface TencentOptions {
  /**
   * Host names a client may have signed although another one arrived, because a proxy rewrote it;
   * each is tried with and without its port. Default: the vendor's own `faceid.tencentcloudapi.com`.
   */
  readonly publicHosts?: readonly string[]
  /**
   * Addresses of proxies whose `X-Forwarded-Host` and `X-Forwarded-Proto` are believed, exactly as
   * the socket names them. Default: none.
   */
  readonly trustedProxies?: readonly string[]
  /**
   * Whether a body may stay outside the signature (`UNSIGNED-PAYLOAD`). Default `tls`: over TLS, from
   * a loopback peer, or from a trusted proxy that reports https.
   */
  readonly unsignedPayload?: 'tls' | 'always' | 'never'
  /** How far a timestamp may lie from our clock, in seconds and in both directions. Default 300. */
  readonly skewSeconds?: number
  /** Default `reference`. */
  readonly resultEdition?: ResultEdition
  /** Whether a session token sent with a permanent key is refused instead of ignored. Default off. */
  readonly strictTokens?: boolean
}

/** The options with every default filled in. */
export type TencentSettings = Required<TencentOptions>

export const TENCENT_DEFAULTS: TencentSettings = {
  publicHosts: ['faceid.tencentcloudapi.com'],
  trustedProxies: [],
  unsignedPayload: 'tls',
  skewSeconds: 300,
  resultEdition: 'reference',
  strictTokens: false,
}
