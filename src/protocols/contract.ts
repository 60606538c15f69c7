/** How the calls of an API look on the wire, for the descriptions of it that other tools read. */

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 has them. */
export type JsonSchema = Readonly<Record<string, unknown>>

export interface Contract {
  /** Media type of a call's body, its charset included. */
  readonly bodyType: string
  /** Headers that are the same in every call of the API. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Bodies of answers. */
  readonly answer: JsonSchema
  /** Where refusals come without a body and with another status than 200: the headers that say why. */
  readonly refusalHeaders: readonly string[]
  /** By the vendor's names of the ways to authenticate. */
  readonly proofs: Readonly<Record<string, Proof>>
}

/** How a call proves who makes it. */
export interface Proof {
  /** What goes into it, in English and Chinese. */
  readonly description: string
  /** Headers that carry it, in which `{{name}}` stands for a variable or what the script sets. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Variables that whoever sends the request has to fill in. */
  readonly variables: readonly string[]
  /** JavaScript that Postman runs before it sends; absent where nothing is to be computed. */
  readonly script?: string
}
