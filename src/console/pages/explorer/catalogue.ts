/** What the admin API says of the APIs that can be called, as `/openapi.json` describes it. */
import type { KeyKind, Product } from '../../api-types.ts'

export interface Bilingual {
  readonly zh: string
  readonly en: string
}

export interface Parameter {
  readonly name: string
  readonly type: string
  readonly required: boolean
  readonly element?: Element
  readonly description: Bilingual
  readonly sample: string
}

export interface Api {
  readonly id: string
  readonly vendor: string
  readonly product: Product
  readonly title: Bilingual
  readonly method: string
  readonly path: string
  readonly authentications: readonly string[]
  readonly parameters: readonly Parameter[]
  readonly results: readonly Result[]
}

/** One row of a result table. */
export interface Result {
  readonly code: string
  readonly text: string
  readonly billable: boolean
  readonly outcomes?: readonly string[]
}

export interface Person {
  readonly name: string
  readonly idNumber: string
  readonly cardNumber: string
  readonly mobile: string
}

export type Element = keyof Person

export interface Scenario {
  readonly cardNumber: string
  readonly note: Bilingual
  readonly outcome?: string
}

export interface Catalogue {
  readonly apis: readonly Api[]
  readonly people: readonly Person[]
  readonly scenarios: readonly Scenario[]
  /** The kind of key that each way to authenticate needs. */
  readonly keyKinds: Readonly<Record<string, KeyKind>>
  /** Whether there are published test keys. */
  readonly published: boolean
}

/** A request with the way to its signature. */
export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
  readonly steps: readonly { title: Bilingual; text: string }[]
}

export interface Prepared {
  /** Only under a published key. */
  readonly request?: SentRequest
  readonly samples: readonly Sample[]
}

export interface Sample {
  readonly language: string
  readonly sdk?: string
  readonly syntax: string
  readonly install?: string
  readonly code: string
}

/** Values of a form by the names of the parameters. */
export type Values = Readonly<Record<string, string>>

/** What the form begins with: what the sandbox verifies without anything being typed. */
export function firstValues(api: Api, [person]: readonly Person[]): Values {
  const samples = sampleValues(api)
  // The vendor's sample is a person to the four elements alone.
  return api.product === 'card4' || person === undefined
    ? samples
    : withPerson(api, samples, person)
}

/** The vendor's own sample in every field. */
export function sampleValues(api: Api): Values {
  return Object.fromEntries(
    api.parameters.filter(({ required }) => required).map(({ name, sample }) => [name, sample]),
  )
}

/** What is sent: a field left empty is left out unless it is required. */
export function sentValues(api: Api, values: Values): Values {
  return Object.fromEntries(
    api.parameters
      .filter(({ name, required }) => required || (values[name] ?? '') !== '')
      .map(({ name }) => [name, values[name] ?? '']),
  )
}

/** The values with a person's elements in their fields. */
export function withPerson(api: Api, values: Values, person: Person): Values {
  const filled = api.parameters.flatMap(({ name, element }) =>
    element === undefined ? [] : [[name, person[element]] as const],
  )
  return { ...values, ...Object.fromEntries(filled) }
}

/** The values with another card. */
export function withCard(api: Api, values: Values, cardNumber: string): Values {
  const field = api.parameters.find(({ element }) => element === 'cardNumber')
  return field === undefined ? values : { ...values, [field.name]: cardNumber }
}

/** The row that an API answers an outcome by. */
export function resultOf(api: Api, outcome: string | undefined): Result | undefined {
  if (outcome === undefined) return undefined
  return api.results.find(({ outcomes }) => outcomes?.includes(outcome) === true)
}
