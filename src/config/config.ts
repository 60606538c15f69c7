/** The validated, frozen configuration, read once and passed down; what may hold a password is a `Secret`. */
import { join, resolve } from 'node:path'
import type { GuardLimits } from '../domain/attempt.ts'
import type { PrecheckPolicy } from '../domain/elements.ts'
import { parseNetwork } from '../domain/ip-address.ts'
import { Secret } from '../domain/secret.ts'
import {
  type AddressVariable,
  type ChoiceVariable,
  type Environment,
  type IntegerVariable,
  type Language,
  type ListVariable,
  languageOf,
  rawValue,
  VARIABLES,
  type VariableId,
} from './env.ts'

export type RunMode = 'development' | 'production'
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

export interface Config {
  readonly mode: RunMode
  readonly language: Language
  readonly logLevel: LogLevel
  readonly listen: {
    readonly host: string
    readonly port: number
    /** Absolute paths; with them the listener speaks TLS alone. */
    readonly tls?: { readonly certFile: string; readonly keyFile: string }
  }
  /** Absolute paths; without a database of its own the store is SQLite in the data directory. */
  readonly store: {
    readonly dataDir: string
    readonly keyFile: string
    readonly registryDir: string
    readonly databaseUrl?: Secret
    readonly nodeName?: string
  }
  /** Where nodes share the windows of the rate limits. */
  readonly valkeyUrl?: Secret
  readonly limits: {
    readonly ratePerSecond: number
    /** Nodes that share the rate limits, at least. */
    readonly nodes: number
    readonly bodyBytesMax: number
    readonly inFlightMax: number
    readonly headersTimeoutMs: number
    readonly requestTimeoutMs: number
    readonly keepAliveTimeoutMs: number
    readonly connectionCheckMs: number
    /** 0 for no limit. */
    readonly socketsPerIpMax: number
  }
  /** Networks (CIDR) of proxies that are believed whom they speak for. */
  readonly trustedProxies: readonly string[]
  readonly callLog: { readonly retentionDays: number }
  readonly invoices: { readonly fileBytesMax: number }
  /** Of one file in pieces. */
  readonly uploads: { readonly bytesMax: number }
  /** Whom buyers turn to: a web address, a mail address or a telephone number. */
  readonly console: { readonly supportContact?: string }
  /** Where alerts may be delivered: names of hosts, and private networks (CIDR) they may be in. */
  readonly webhooks: {
    readonly hosts: readonly string[]
    readonly privateNetworks: readonly string[]
  }
  readonly drain: { readonly waitMs: number; readonly limitMs: number }
  readonly keys: { readonly appCodeReveal: 'audited' | 'never' }
  /** Bounds of how long a vendor is waited for. */
  readonly vendors: { readonly answerMsMin: number; readonly answerMsMax: number }
  readonly verification: {
    readonly precheck: PrecheckPolicy
    /** What the own register lets through of attempts on a card or a person. */
    readonly registryLimits: GuardLimits
  }
  /** The options of that face. */
  readonly tencent: {
    readonly publicHosts: readonly string[]
    readonly trustedProxies: readonly string[]
    readonly unsignedPayload: 'tls' | 'always' | 'never'
    readonly skewSeconds: number
    readonly resultEdition: 'reference' | '2025-06'
    readonly strictTokens: boolean
  }
  /** The options of that face. */
  readonly aliyun: {
    readonly gatewayErrors: 'modern' | 'legacy'
    readonly appCodeIn: 'header' | 'header-and-query'
    readonly codeTexts: 'pdd' | 'vendor2018'
    readonly headBytesMax: number
    readonly signatureEcho: 'off' | 'masked' | 'full'
    readonly proxySignature: 'off' | 'required'
  }
}

export type ConfigErrorCode =
  | 'not_an_integer'
  | 'out_of_range'
  | 'not_a_choice'
  | 'not_a_network'
  | 'not_an_address'
  | 'headers_after_request'
  | 'half_a_pair'
  | 'not_a_certificate'
  | 'key_file_inside_data_dir'
  | 'development_only'

/** One variable that cannot be used; the CLI has a line for each code. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode
  readonly variable: VariableId
  /** As given; empty for a variable whose value may hold a password. */
  readonly value: string

  constructor(code: ConfigErrorCode, variable: VariableId, value: string) {
    super(`${VARIABLES[variable].name}: ${code}`)
    this.name = 'ConfigError'
    this.code = code
    this.variable = variable
    this.value = value
  }
}

type IdOf<T> = {
  [Id in VariableId]: (typeof VARIABLES)[Id] extends T ? Id : never
}[VariableId]

/** Reads, checks and freezes the configuration; throws `ConfigError` at the first bad value. */
export function readConfig(environment: Environment): Config {
  const valkeyUrl = address(environment, 'valkeyUrl')
  const mode = choice(environment, 'mode')
  const config: Config = {
    mode,
    language: rawValue(environment, 'lang') ? choice(environment, 'lang') : languageOf(environment),
    logLevel: choice(environment, 'logLevel'),
    listen: {
      host: rawValue(environment, 'host') ?? VARIABLES.host.default,
      port: integer(environment, 'port', mode),
      ...tls(environment),
    },
    store: store(environment),
    ...(valkeyUrl && { valkeyUrl }),
    limits: limits(environment, mode),
    trustedProxies: networks(environment, 'trustedProxies'),
    callLog: { retentionDays: integer(environment, 'callRetentionDays', mode) },
    invoices: { fileBytesMax: integer(environment, 'invoiceFileBytesMax', mode) },
    uploads: { bytesMax: integer(environment, 'uploadBytesMax', mode) },
    console: support(environment),
    webhooks: {
      hosts: list(environment, 'webhookHosts'),
      privateNetworks: networks(environment, 'webhookPrivateNetworks'),
    },
    drain: {
      waitMs: integer(environment, 'drainWaitMs', mode),
      limitMs: integer(environment, 'drainLimitMs', mode),
    },
    keys: { appCodeReveal: choice(environment, 'appCodeReveal') },
    vendors: {
      answerMsMin: integer(environment, 'vendorAnswerMsMin', mode),
      answerMsMax: integer(environment, 'vendorAnswerMsMax', mode),
    },
    verification: {
      precheck: choice(environment, 'precheck'),
      registryLimits: registryLimits(environment, mode),
    },
    tencent: {
      publicHosts: list(environment, 'tencentPublicHosts'),
      trustedProxies: list(environment, 'tencentTrustedProxies'),
      unsignedPayload: choice(environment, 'tencentUnsignedPayload'),
      skewSeconds: integer(environment, 'tencentSkewSeconds', mode),
      resultEdition: choice(environment, 'tencentResultEdition'),
      strictTokens: choice(environment, 'tencentStrictTokens') === 'on',
    },
    aliyun: aliyun(environment, mode),
  }
  return deepFreeze(config)
}

/** A certificate without its key, or a key without its certificate, is a mistake worth telling. */
function tls(environment: Environment): Pick<Config['listen'], 'tls'> {
  const certFile = rawValue(environment, 'tlsCertFile')
  const keyFile = rawValue(environment, 'tlsKeyFile')
  if (certFile === undefined && keyFile === undefined) return {}
  if (certFile === undefined) throw new ConfigError('half_a_pair', 'tlsCertFile', keyFile ?? '')
  if (keyFile === undefined) throw new ConfigError('half_a_pair', 'tlsKeyFile', certFile)
  return { tls: { certFile: resolve(certFile), keyFile: resolve(keyFile) } }
}

function support(environment: Environment): Config['console'] {
  const supportContact = rawValue(environment, 'supportContact')
  return { ...(supportContact && { supportContact }) }
}

function limits(environment: Environment, mode: RunMode): Config['limits'] {
  const read = (id: IdOf<IntegerVariable>) => integer(environment, id, mode)
  const headersTimeoutMs = read('headersTimeoutMs')
  const requestTimeoutMs = read('requestTimeoutMs')
  if (headersTimeoutMs > requestTimeoutMs) {
    throw new ConfigError('headers_after_request', 'headersTimeoutMs', String(headersTimeoutMs))
  }
  return {
    ratePerSecond: read('ratePerSecond'),
    nodes: read('nodes'),
    bodyBytesMax: read('bodyBytesMax'),
    inFlightMax: read('inFlightMax'),
    headersTimeoutMs,
    requestTimeoutMs,
    keepAliveTimeoutMs: read('keepAliveTimeoutMs'),
    connectionCheckMs: read('connectionCheckMs'),
    socketsPerIpMax: read('socketsPerIpMax'),
  }
}

function registryLimits(environment: Environment, mode: RunMode): GuardLimits {
  const read = (id: IdOf<IntegerVariable>) => integer(environment, id, mode)
  return {
    distinct: {
      accountCard: read('registryAccountCardTuples'),
      card: read('registryCardTuples'),
      idNumber: read('registryIdNumberTuples'),
      mobile: read('registryMobileTuples'),
    },
    elementMax: read('registryElementCalls'),
    repeatMax: read('registryRepeatCalls'),
  }
}

/** Echoing what was signed in full tells elements to whoever reads along: never in production. */
function aliyun(environment: Environment, mode: RunMode): Config['aliyun'] {
  const signatureEcho = choice(environment, 'aliyunSignatureEcho')
  if (signatureEcho === 'full' && mode === 'production') {
    throw new ConfigError('development_only', 'aliyunSignatureEcho', signatureEcho)
  }
  return {
    gatewayErrors: choice(environment, 'aliyunGatewayErrors'),
    appCodeIn: choice(environment, 'aliyunAppCodeIn'),
    codeTexts: choice(environment, 'aliyunCodeTexts'),
    headBytesMax: integer(environment, 'aliyunHeadBytesMax', mode),
    signatureEcho,
    proxySignature: choice(environment, 'aliyunProxySignature'),
  }
}

/** A key inside the data directory would travel with every copy of the data it protects. */
function store(environment: Environment): Config['store'] {
  const dataDir = resolve(rawValue(environment, 'dataDir') ?? VARIABLES.dataDir.default)
  const keyFile = resolve(rawValue(environment, 'keyFile') ?? `${dataDir}.key`)
  if (keyFile === dataDir || keyFile.startsWith(`${dataDir}/`)) {
    throw new ConfigError('key_file_inside_data_dir', 'keyFile', keyFile)
  }
  const databaseUrl = address(environment, 'databaseUrl')
  const nodeName = rawValue(environment, 'nodeName')
  return {
    dataDir,
    keyFile,
    registryDir: join(dataDir, 'registry'),
    ...(databaseUrl && { databaseUrl }),
    ...(nodeName && { nodeName }),
  }
}

function integer(environment: Environment, id: IdOf<IntegerVariable>, mode: RunMode): number {
  const row: IntegerVariable = VARIABLES[id]
  const raw = rawValue(environment, id)
  if (raw === undefined) return typeof row.default === 'number' ? row.default : row.default[mode]
  if (!/^\d{1,15}$/.test(raw)) throw new ConfigError('not_an_integer', id, raw)
  const value = Number(raw)
  if (value < row.min || value > row.max) throw new ConfigError('out_of_range', id, raw)
  return value
}

/** One of the words of the variable's row; the type comes from the row. */
function choice<Id extends IdOf<ChoiceVariable>>(
  environment: Environment,
  id: Id,
): (typeof VARIABLES)[Id]['choices'][number] {
  const row: ChoiceVariable = VARIABLES[id]
  const value = rawValue(environment, id) ?? row.default ?? ''
  if (!row.choices.includes(value)) throw new ConfigError('not_a_choice', id, value)
  return value as (typeof VARIABLES)[Id]['choices'][number]
}

function list(environment: Environment, id: IdOf<ListVariable>): readonly string[] {
  const value = rawValue(environment, id) ?? VARIABLES[id].default
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** A list of networks, each of which can be read. */
function networks(environment: Environment, id: IdOf<ListVariable>): readonly string[] {
  const texts = list(environment, id)
  const bad = texts.find((text) => parseNetwork(text) === undefined)
  if (bad !== undefined) throw new ConfigError('not_a_network', id, bad)
  return texts
}

/** A refused address is not repeated. */
function address(environment: Environment, id: IdOf<AddressVariable>): Secret | undefined {
  const raw = rawValue(environment, id)
  if (raw === undefined || raw === '') return undefined
  const { schemes }: AddressVariable = VARIABLES[id]
  const scheme = URL.parse(raw)?.protocol.slice(0, -1) ?? ''
  if (!schemes.includes(scheme)) throw new ConfigError('not_an_address', id, '')
  return new Secret(raw)
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner)
  }
  return Object.freeze(value)
}
