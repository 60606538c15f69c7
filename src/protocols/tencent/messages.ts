/**
 * The parameters of each action (pages 1007/35775 and siblings) and their strict decoding: what is
 * unknown, missing or of the wrong type is an error; what is merely wrong is a result and not judged here.
 */
import type { Elements } from '../../domain/elements.ts'
import { type Fault, isFault } from '../../domain/fault.ts'
import type { ElementName, Product } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import type { Action } from './catalogue.ts'
import type { Pairs, UnfoldedObject } from './form.ts'
import { unfold } from './form.ts'
import { JsonNumber, type JsonObject, type JsonValue, readJsonObject } from './json.ts'
import { isSuiteName, type SuiteName } from './suites.ts'

export const VERSION = '2018-03-01'

/** The one action of another service (KMS) that the field encryption needs. */
export const DATA_KEY_ACTION = 'GenerateDataKey'
export const DATA_KEY_VERSION = '2019-01-18'

/** Longest text a parameter may hold; the largest legal one is a wrapped key of about 700 characters. */
const TEXT_CHARS_MAX = 4096

/** Common parameters a v1 request must have beside its signature. */
export const V1_REQUIRED = ['Action', 'Version', 'Timestamp', 'Nonce', 'SecretId'] as const
/** All common parameters of v1, which travel among the action's own. */
const V1_COMMON: ReadonlySet<string> = new Set([
  ...V1_REQUIRED,
  'Signature',
  'Region',
  'Token',
  'Language',
  'RequestClient',
  'SignatureMethod',
])

export interface ActionSchema {
  readonly product: Product
  /** Parameters that are elements; all are required. */
  readonly elements: Readonly<Record<string, ElementName>>
  /** Whether the action takes a certificate type. */
  readonly certified: boolean
}

export const ACTIONS = {
  BankCard4EVerification: {
    product: 'card4',
    elements: { Name: 'name', IdCard: 'idNumber', BankCard: 'cardNumber', Phone: 'mobile' },
    certified: true,
  },
  BankCardVerification: {
    product: 'card3',
    elements: { Name: 'name', IdCard: 'idNumber', BankCard: 'cardNumber' },
    certified: true,
  },
  BankCard2EVerification: {
    product: 'card2',
    elements: { Name: 'name', BankCard: 'cardNumber' },
    certified: false,
  },
  CheckBankCardInformation: {
    product: 'cardInfo',
    elements: { BankCard: 'cardNumber' },
    certified: false,
  },
} as const satisfies Record<Action, ActionSchema>

/** Takes no element; its refusals are filed under a product, and nothing is ever metered. */
export const DATA_KEY_SCHEMA: ActionSchema = { product: 'card4', elements: {}, certified: false }

/** How the caller's elements were encrypted. */
export interface Encryption {
  readonly EncryptList: readonly string[]
  readonly CiphertextBlob: string | undefined
  readonly Iv: string | undefined
  readonly Algorithm: string | undefined
  readonly TagList: readonly string[]
}

/** An encryption that says all it has to, over at least one element. */
export interface SoundEncryption extends Encryption {
  readonly CiphertextBlob: string
  readonly Iv: string
  readonly Algorithm: SuiteName
}

/** Elements of which some are ciphertexts. */
export interface Encrypted {
  readonly elements: Elements
  readonly encryption: SoundEncryption
}

/** An action's parameters after the checks of shape. */
export interface Parameters {
  readonly elements: Elements
  readonly certType: number | undefined
  readonly encryption: Encryption | undefined
}

type Tree = JsonObject | UnfoldedObject
export type Value = JsonValue | undefined

/** Parameters of any action as they came, and how an integer is spelled among them. */
export interface Message {
  readonly tree: Tree
  readonly integer: ReadInteger
}

/** Reads the JSON body of a TC3 POST. */
export function jsonMessage(body: Buffer): Message | Fault {
  const tree = readJsonObject(body)
  return isFault(tree) ? tree : { tree, integer: jsonInteger }
}

/** Unfolds flattened pairs, the common ones of v1 set aside where they belong. */
export function pairsMessage(pairs: Pairs, common: 'in headers' | 'among pairs'): Message | Fault {
  const own = common === 'in headers' ? pairs : [...pairs].filter(([name]) => !V1_COMMON.has(name))
  const tree = unfold(own)
  return isFault(tree) ? tree : { tree, integer: textInteger }
}

type ReadInteger = (value: Value) => number | undefined

/** A JSON number of integral value; a decimal string is none. */
function jsonInteger(value: Value): number | undefined {
  if (!(value instanceof JsonNumber)) return undefined
  const number = Number(value.source)
  return Number.isInteger(number) ? number : undefined
}

function textInteger(value: Value): number | undefined {
  return typeof value === 'string' && /^-?\d{1,18}$/.test(value) ? Number(value) : undefined
}

/** The parameters as a JSON text, the one that is a number as a number. */
export function jsonOf({ tree, integer }: Message): string {
  const certType = integer(tree.get('CertType') ?? undefined)
  return JSON.stringify({
    ...(plain(tree) as object),
    ...(certType !== undefined && { CertType: certType }),
  })
}

function plain(value: Value | Tree): unknown {
  if (value instanceof Map) {
    return Object.fromEntries([...value].map(([name, member]) => [name, plain(member)]))
  }
  return Array.isArray(value) ? value.map(plain) : value
}

/** Parameters of a verification. */
export function decodeMessage(
  schema: ActionSchema,
  { tree, integer }: Message,
): Parameters | Fault {
  const unknown = unknownName(schema, tree)
  if (unknown !== undefined) return { fault: 'parameter_unknown', field: unknown }
  for (const name in schema.elements) {
    if ((tree.get(name) ?? null) === null) return { fault: 'parameter_missing', field: name }
  }
  const elements = readElements(schema, tree)
  if (isFault(elements)) return elements
  const certValue = tree.get('CertType') ?? undefined
  const certType = certValue === undefined ? undefined : integer(certValue)
  if (certValue !== undefined && certType === undefined) return wrongType('CertType')
  const encryption = readEncryption(tree.get('Encryption') ?? undefined)
  if (isFault(encryption)) return encryption
  return { elements, certType, encryption }
}

function unknownName(schema: ActionSchema, tree: Tree): string | undefined {
  for (const name of tree.keys()) {
    if (Object.hasOwn(schema.elements, name) || name === 'Encryption') continue
    if (name !== 'CertType' || !schema.certified) return name
  }
  return undefined
}

function readElements(schema: ActionSchema, tree: Tree): Elements | Fault {
  const elements: { [E in ElementName]?: Secret } = {}
  for (const name in schema.elements) {
    const value = tree.get(name)
    if (typeof value !== 'string') return wrongType(name)
    if (value.length > TEXT_CHARS_MAX) return { fault: 'parameter_value_invalid', field: name }
    elements[schema.elements[name]!] = new Secret(value)
  }
  return elements
}

const ENCRYPTION_FIELDS: readonly string[] = [
  'EncryptList',
  'CiphertextBlob',
  'Iv',
  'Algorithm',
  'TagList',
]

function readEncryption(value: Value): Encryption | undefined | Fault {
  if (value === undefined) return undefined
  if (!(value instanceof Map)) return wrongType('Encryption')
  for (const name of value.keys()) {
    if (!ENCRYPTION_FIELDS.includes(name)) {
      return { fault: 'parameter_unknown', field: `Encryption.${name}` }
    }
  }
  const lists = [readTexts(value, 'EncryptList'), readTexts(value, 'TagList')] as const
  const texts = [
    readText(value, 'CiphertextBlob'),
    readText(value, 'Iv'),
    readText(value, 'Algorithm'),
  ] as const
  const fault = [...lists, ...texts].find(isFault)
  if (fault !== undefined) return fault
  const [EncryptList, TagList] = lists as readonly string[][]
  const [CiphertextBlob, Iv, Algorithm] = texts as readonly (string | undefined)[]
  return { EncryptList: EncryptList!, TagList: TagList!, CiphertextBlob, Iv, Algorithm }
}

function readText(parent: JsonObject, name: string): string | undefined | Fault {
  const value = parent.get(name) ?? undefined
  if (value === undefined) return undefined
  return checkText(value, `Encryption.${name}`)
}

function readTexts(parent: JsonObject, name: string): string[] | Fault {
  const value = parent.get(name) ?? []
  if (!Array.isArray(value)) return wrongType(`Encryption.${name}`)
  const texts: string[] = []
  for (const [index, item] of value.entries()) {
    const text = checkText(item, `Encryption.${name}.${index}`)
    if (isFault(text)) return text
    texts.push(text)
  }
  return texts
}

/** A text parameter of a bearable length. */
export function checkText(value: JsonValue, path: string): string | Fault {
  if (typeof value !== 'string') return wrongType(path)
  if (value.length > TEXT_CHARS_MAX) return { fault: 'parameter_value_invalid', field: path }
  return value
}

/** The refusal of a value of another type. */
export function wrongType(field: string): Fault {
  return { fault: 'parameter_type_invalid', field }
}

/** The elements as they came, or why the action cannot be carried out on these parameters. */
export function elementsOf(parameters: Parameters): Elements | Encrypted | Fault {
  const { elements, certType, encryption } = parameters
  if (certType !== undefined && certType !== 0) {
    return { fault: 'parameter_value_invalid', field: 'CertType' }
  }
  if (encryption === undefined || encryption.EncryptList.length === 0) return elements
  const sound = soundEncryption(encryption)
  return isFault(sound) ? sound : { elements, encryption: sound }
}

/** What is wrong with the shape of an encryption is told apart from a failure to decrypt. */
function soundEncryption(encryption: Encryption): SoundEncryption | Fault {
  const { EncryptList, CiphertextBlob, Iv, Algorithm = 'AES-256-CBC' } = encryption
  if (CiphertextBlob === undefined) return missing('CiphertextBlob')
  if (Iv === undefined) return missing('Iv')
  if (!isSuiteName(Algorithm)) {
    return { fault: 'parameter_value_invalid', field: 'Encryption.Algorithm' }
  }
  const repeat = EncryptList.findIndex((name, index) => EncryptList.indexOf(name) !== index)
  if (repeat === -1) return { ...encryption, CiphertextBlob, Iv, Algorithm }
  return { fault: 'parameter_repeated', field: `Encryption.EncryptList.${repeat}` }
}

function missing(name: string): Fault {
  return { fault: 'parameter_missing', field: `Encryption.${name}` }
}
