/** What calls of both signature families share: common parameters, time window, token, action. */
import { hash, timingSafeEqual } from 'node:crypto'
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { Key } from '../../domain/key.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Product } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import type { ProtocolCall, SealedMessage, WireRequest } from '../protocol.ts'
import type { Vault } from '../vault.ts'
import { cardInformation } from './card-information.ts'
import { type Action, isAction } from './catalogue.ts'
import { decryptElements } from './encryption.ts'
import { clientName } from './headers.ts'
import {
  ACTIONS,
  type ActionSchema,
  DATA_KEY_ACTION,
  DATA_KEY_SCHEMA,
  DATA_KEY_VERSION,
  decodeMessage,
  type Encrypted,
  elementsOf,
  jsonOf,
  type Message,
  type Parameters,
  VERSION,
} from './messages.ts'
import type { TencentSettings } from './options.ts'
import { scrubbed } from './scrub.ts'
import type { SigningKeys } from './signature.ts'
import { specimenFault } from './specimens.ts'

/** Whom elements are encrypted for, when not for us. */
const VENDOR = 'tencent'
const TIMESTAMP = /^\d{1,12}$/
const LANGUAGES: readonly (string | undefined)[] = [undefined, '', 'zh-CN', 'en-US']

/** Stands in for the secret of an unknown key, so that refusing it costs the same work. */
const NOBODY = new Secret('nobody holds this secret')

/** What every call of one face shares. */
export interface Face {
  readonly settings: TencentSettings
  readonly signingKeys: SigningKeys
}

/** The common parameters, whether they came as headers or among the pairs. */
export interface Common {
  readonly secretId: string
  readonly action: string
  readonly version: string
  readonly timestamp: string
  readonly language: string | undefined
  readonly token: string | undefined
  readonly client: string | undefined
}

/** Common parameters after their checks. */
export interface CheckedCommon extends Common {
  readonly action: Action | typeof DATA_KEY_ACTION
}

/** Checks 4 and 5 of the contract; `prefix` is how the family spells the names (`X-TC-` or nothing). */
export function checkCommon(common: Common, prefix: '' | 'X-TC-'): CheckedCommon | Fault {
  if (!TIMESTAMP.test(common.timestamp)) {
    return { fault: 'header_invalid', field: `${prefix}Timestamp` }
  }
  if (!LANGUAGES.includes(common.language)) {
    return { fault: 'parameter_value_invalid', field: `${prefix}Language` }
  }
  if (common.version === DATA_KEY_VERSION && common.action === DATA_KEY_ACTION) {
    return common as CheckedCommon
  }
  if (common.version !== VERSION) {
    return { fault: 'version_unknown', field: `${prefix}Version`, reason: common.version }
  }
  return isAction(common.action)
    ? (common as CheckedCommon)
    : { fault: 'action_unknown', field: `${prefix}Action`, reason: common.action }
}

/** A call of either family; the subclasses know how it is signed and where its parameters are. */
export abstract class TencentCall implements ProtocolCall {
  readonly product: Product
  readonly api: string
  readonly credential: { readonly kind: 'tencent'; readonly value: string }
  declare readonly client?: string
  protected readonly face: Face
  protected readonly request: WireRequest
  protected readonly common: CheckedCommon
  protected readonly schema: ActionSchema
  /** Whether the key is a test key; known once the call is authenticated. */
  #tests = false
  /** Whether the account has its bodies signed; known before the signature is verified. */
  protected mustSignBody = false
  /** In clear, as submitted; empty until then. */
  #elements: Elements = {}
  /** Set by `decode` when elements came encrypted. */
  #encrypted: Encrypted | undefined

  constructor(face: Face, request: WireRequest, common: CheckedCommon) {
    this.face = face
    this.request = request
    this.common = common
    const { action } = common
    this.schema = action === DATA_KEY_ACTION ? DATA_KEY_SCHEMA : ACTIONS[action]
    this.product = this.schema.product
    this.api = apiOf(common.action)
    this.credential = { kind: 'tencent', value: common.secretId }
    const client = clientName(common.client)
    if (client !== undefined) this.client = client
  }

  authenticate(key: Key | undefined, nowMs: number): Fault | undefined {
    this.#tests = key?.mode === 'test'
    this.mustSignBody = key?.account.unsignedPayload === 'refused'
    const fault = this.#expired(nowMs) ?? this.verify(key?.secret ?? NOBODY)
    if (key === undefined) return { fault: 'key_unknown' }
    return fault ?? (this.#tokenHolds(key, nowMs) ? undefined : { fault: 'token_invalid' })
  }

  decode(): Elements | Fault {
    const parameters = this.parameters()
    const found = isFault(parameters) ? parameters : elementsOf(parameters)
    if (isFault(found)) return scrubbed(found)
    if (!('encryption' in found)) return this.#specimen(found)
    this.#encrypted = found
    return found.elements
  }

  decrypt(vault: Vault, key: Key, nowMs: number): Promise<Elements | Fault> | undefined {
    if (this.#encrypted === undefined) return undefined
    const asker = { key, nowMs }
    return decryptElements(this.schema, this.#encrypted, vault, asker).then((elements) =>
      isFault(elements) ? elements : this.#specimen(elements),
    )
  }

  sealed(): SealedMessage | undefined {
    if (this.#encrypted === undefined) return undefined
    return { vendor: VENDOR, parameters: new Secret(this.json()) }
  }

  /** The action's parameters in clear types. */
  parameters(): Parameters | Fault {
    const message = this.message()
    return isFault(message) ? message : decodeMessage(this.schema, message)
  }

  /** What the answer holds between description and RequestId: members behind a comma, or nothing. */
  details(outcome: Outcome): string {
    if (this.product !== 'cardInfo') return ''
    const members = JSON.stringify(cardInformation(outcome, this.#elements, this.#tests))
    return `,${members.slice(1, -1)}`
  }

  #specimen(elements: Elements): Elements | Fault {
    this.#elements = elements
    return (this.#tests ? specimenFault(elements) : undefined) ?? elements
  }

  abstract repeatKey(keyId: string): string

  /** The action's parameters as they came. */
  abstract message(): Message | Fault

  /** Parameters that have been decoded, as JSON. */
  protected json(): string {
    const message = this.message()
    if (isFault(message)) throw new Error('only parameters that were decoded can be passed on')
    return jsonOf(message)
  }

  /** Checks the signature under a secret. */
  protected abstract verify(secret: Secret): Fault | undefined

  #expired(nowMs: number): Fault | undefined {
    const apartMs = Math.abs(nowMs - Number(this.common.timestamp) * 1000)
    return apartMs > this.face.settings.skewSeconds * 1000
      ? { fault: 'signature_expired' }
      : undefined
  }

  /** A temporary key wants its token before its end; beside a permanent key one means nothing. */
  #tokenHolds({ token, expiresAtMs }: Key, nowMs: number): boolean {
    const sent = this.common.token ?? ''
    if (token === undefined) return sent === '' || !this.face.settings.strictTokens
    return isSameText(sent, token.reveal()) && nowMs < (expiresAtMs ?? Infinity)
  }
}

/** Takes the same time wherever the texts differ, and whatever their lengths. */
function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}

const APIS: Readonly<Record<CheckedCommon['action'], string>> = {
  BankCard4EVerification: 'tencent.BankCard4EVerification',
  BankCardVerification: 'tencent.BankCardVerification',
  BankCard2EVerification: 'tencent.BankCard2EVerification',
  CheckBankCardInformation: 'tencent.CheckBankCardInformation',
  GenerateDataKey: 'tencent.GenerateDataKey',
}

/** Name of an action in call rows, rate limits and metrics. */
export function apiOf(action: CheckedCommon['action']): string {
  return APIS[action]
}

/** Parameters of a POST are in its body; a query beside it would be neither signed nor read. */
export function queryBesidePost(request: WireRequest): Fault | undefined {
  if (request.method !== 'POST' || request.query === '') return undefined
  return { fault: 'parameter_unknown', field: request.query.split(/[=&]/, 1)[0] ?? '' }
}
