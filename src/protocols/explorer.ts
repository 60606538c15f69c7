/**
 * What a vendor's folder tells the API Explorer: its APIs with their parameters and results, a
 * request built and signed step by step, and code that makes the same call.
 */
import type { FaultName } from '../domain/fault.ts'
import type { KeyKind } from '../domain/key.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { ElementName, Product } from '../domain/product.ts'
import type { Secret } from '../domain/secret.ts'
import type { Contract } from './contract.ts'

/** A text in both languages of the console. */
export interface Bilingual {
  readonly zh: string
  readonly en: string
}

export interface ParameterDescription {
  readonly name: string
  readonly type: 'String' | 'Integer'
  readonly required: boolean
  /** The element it carries; absent of a parameter that is none. */
  readonly element?: ElementName
  readonly description: Bilingual
  /** The vendor's own sample value. */
  readonly sample: string
}

/** One row of a result table, as the vendor's page has it. */
export interface ResultDescription {
  readonly code: string
  readonly text: string
  /** Whether it costs a unit. */
  readonly billable: boolean
  /** What it says in our own words; absent of a code that no answer of ours bears. */
  readonly outcomes?: readonly Outcome[]
}

/** One code by which calls are refused, as the vendor's pages word it. */
export interface RefusalDescription {
  readonly code: string
  readonly text: Bilingual
  /** Why, in our own words. */
  readonly faults: readonly FaultName[]
}

/** How a call may prove who makes it, by the vendor's own name of it. */
export type Authentication = string

export interface ApiDescription {
  /** `vendor.operation` */
  readonly id: string
  readonly vendor: string
  readonly product: Product
  readonly title: Bilingual
  readonly method: string
  readonly path: string
  readonly authentications: readonly Authentication[]
  readonly parameters: readonly ParameterDescription[]
  readonly results: readonly ResultDescription[]
}

/** A call as the user of the explorer has filled it in. */
export interface ExplorerCall {
  readonly api: string
  readonly authentication: Authentication
  /** Parameters by name, absent ones left out; they may hold elements. */
  readonly values: ReadonlyMap<string, Secret>
  /** `http://host:port` that the call goes to. */
  readonly origin: string
  /** What names the key; of a bearer key, which is its own secret, the same. */
  readonly credential: string
  /** Shown in the programs; absent of one that they read from their environment. */
  readonly secret?: Secret
}

/** A call that is to be made now. */
export interface SignedCall extends ExplorerCall {
  readonly secret: Secret
  readonly nowMs: number
  /** A word that no other call of the last minutes had. */
  readonly nonce: string
}

/** One step on the way from parameters to a signature. */
export interface SigningStep {
  readonly title: Bilingual
  readonly text: string
}

/** A request ready to be sent by anybody who can send bytes. It holds the elements in clear. */
export interface PreparedRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly steps: readonly SigningStep[]
}

export const SAMPLE_LANGUAGES = [
  'curl',
  'Node.js',
  'Python',
  'Go',
  'Java',
  'PHP',
  'C#',
  'Objective-C',
  '微信小程序',
  'Kayan CLI',
] as const

export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number]

/** A program that makes the call, with the user's values in it. */
export interface CodeSample {
  readonly language: SampleLanguage
  /** Name of the official SDK it uses; absent of one that speaks the protocol itself. */
  readonly sdk?: string
  /** For the highlighter: `bash`, `typescript`, `python` … */
  readonly syntax: string
  /** What to install first, as a shell line; absent when nothing is needed. */
  readonly install?: string
  readonly code: string
}

/** What one vendor's folder offers to the explorer. */
export interface Explorer {
  readonly apis: readonly ApiDescription[]
  readonly refusals: readonly RefusalDescription[]
  /** The kind of key that each authentication of the vendor needs. */
  readonly keyKinds: Readonly<Record<Authentication, KeyKind>>
  contractOf(api: ApiDescription): Contract
  prepare(call: SignedCall): PreparedRequest
  samples(call: ExplorerCall): readonly CodeSample[]
}

/** Refusals with one row for each code and text. */
export function mergedRefusals(
  refusals: readonly RefusalDescription[],
): readonly RefusalDescription[] {
  const alike = Map.groupBy(refusals, ({ code, text }) => `${code} ${text.zh} ${text.en}`)
  return [...alike.values()].map((rows) => ({
    ...rows[0]!,
    faults: [...new Set(rows.flatMap(({ faults }) => faults))],
  }))
}

/** Both titles of an API. */
export function titleOf({ title }: Pick<ApiDescription, 'title'>): string {
  return `${title.zh} ${title.en}`
}

/** The sample value of each parameter that a call must have. */
export function sampleParameters({ parameters }: ApiDescription): [string, string][] {
  return parameters.filter(({ required }) => required).map(({ name, sample }) => [name, sample])
}
