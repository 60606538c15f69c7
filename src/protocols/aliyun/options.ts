/** The switches of the Aliyun face; each says its default. */
import type { CodeTexts } from './catalogue.ts'

export interface AliyunOptions {
  /**
   * Wording of gateway refusals: `modern` with status and `X-Ca-Error-Code` of today's instances,
   * `legacy` as the classic ones answered, without a code. Default `modern`.
   */
  readonly gatewayErrors?: 'modern' | 'legacy'
  /** Where an AppCode may stand. Default `header-and-query`. */
  readonly appCodeIn?: 'header' | 'header-and-query'
  /**
   * Whether a call without any other credential may carry a direct key as parameter `key`, as on the
   * vendor's own host, and is then refused with `SYSTEM_xxx` codes. Default `on`.
   */
  readonly directFace?: 'on' | 'off'
  /** Edition of the business texts. Default `pdd`, the product page. */
  readonly codeTexts?: CodeTexts
  /** Longest request line and headers together. Default 8192. */
  readonly headBytesMax?: number
  /**
   * What a refusal for a wrong signature shows of the string to sign: `off` nothing, `masked` all but
   * the elements, `full` everything, for development only. Default `masked`.
   */
  readonly signatureEcho?: 'off' | 'masked' | 'full'
  /**
   * With `required`, this service is the backend of the vendor's gateway: every call must carry its
   * signature by an AppSecret, no other credential counts, and there is no direct face. Default `off`.
   */
  readonly proxySignature?: 'off' | 'required'
}

/** The options with every default filled in. */
export type Settings = Required<AliyunOptions>

/** Fills in the defaults. */
export function settingsOf(options: AliyunOptions): Settings {
  const proxySignature = options.proxySignature ?? 'off'
  return {
    gatewayErrors: options.gatewayErrors ?? 'modern',
    appCodeIn: options.appCodeIn ?? 'header-and-query',
    directFace: proxySignature === 'required' ? 'off' : (options.directFace ?? 'on'),
    codeTexts: options.codeTexts ?? 'pdd',
    headBytesMax: options.headBytesMax ?? 8192,
    signatureEcho: options.signatureEcho ?? 'masked',
    proxySignature,
  }
}
