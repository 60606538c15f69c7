/**
 * A strict reader of JSON texts (RFC 8259) for signed request bodies.
 *
 * `JSON.parse` keeps the last of two equal members, rounds card numbers written as numbers and
 * recurses without bound; here a repeated member is a refusal, a number keeps its source text, depth
 * is bounded, and objects are maps, so that no name can reach a prototype.
 */
import { isUtf8 } from 'node:buffer'
import type { Fault } from '../../domain/fault.ts'

/** Objects and lists inside each other, the outermost included. */
export const JSON_DEPTH_MAX = 16

export class JsonNumber {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

export type JsonObject = Map<string, JsonValue>
export type JsonValue = string | boolean | null | JsonNumber | JsonValue[] | JsonObject

const QUOTE = 0x22
const BACKSLASH = 0x5c
const SPACE = 0x20
const COLON = 0x3a
const COMMA = 0x2c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const ESCAPED = /^(?:[^\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*$/
const LITERALS = [
  ['true', true],
  ['false', false],
  ['null', null],
] as const

/** Reads a body that must be one JSON object in strict UTF-8. */
export function readJsonObject(body: Buffer): JsonObject | Fault {
  if (!isUtf8(body)) return { fault: 'body_malformed' }
  return new Reader(body.toString('utf8')).document()
}

/** Each reading method returns undefined after it has met an error and noted it in `#fault`. */
class Reader {
  readonly #text: string
  #at = 0
  #fault: Fault = { fault: 'body_malformed' }

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonObject | Fault {
    const root = this.#next() === OPEN_BRACE ? this.#object('', 1) : undefined
    if (root === undefined) return this.#fault
    this.#next()
    return this.#at > this.#text.length ? root : { fault: 'body_malformed' }
  }

  /** Passes white space and one character, and returns that character's code (NaN at the end). */
  #next(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at++)
      if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
    }
  }

  #object(path: string, depth: number): JsonObject | undefined {
    if (depth > JSON_DEPTH_MAX) return undefined
    const members: JsonObject = new Map()
    let code = this.#next()
    if (code === CLOSE_BRACE) return members
    for (;;) {
      const name = code === QUOTE ? this.#string() : undefined
      if (name === undefined || this.#next() !== COLON) return undefined
      if (members.has(name)) return this.#repeated(path + name)
      const value = this.#value(path, name, depth)
      if (value === undefined) return undefined
      members.set(name, value)
      code = this.#next()
      if (code === CLOSE_BRACE) return members
      if (code !== COMMA) return undefined
      code = this.#next()
    }
  }

  #list(path: string, depth: number): JsonValue[] | undefined {
    if (depth > JSON_DEPTH_MAX) return undefined
    const items: JsonValue[] = []
    const start = this.#at
    if (this.#next() === CLOSE_BRACKET) return items
    this.#at = start
    for (;;) {
      const value = this.#value(path, String(items.length), depth)
      if (value === undefined) return undefined
      items.push(value)
      const code = this.#next()
      if (code === CLOSE_BRACKET) return items
      if (code !== COMMA) return undefined
    }
  }

  #value(path: string, name: string, depth: number): JsonValue | undefined {
    const code = this.#next()
    if (code === QUOTE) return this.#string()
    if (code === OPEN_BRACE) return this.#object(`${path}${name}.`, depth + 1)
    if (code === OPEN_BRACKET) return this.#list(`${path}${name}.`, depth + 1)
    this.#at--
    for (const [word, value] of LITERALS) {
      if (!this.#text.startsWith(word, this.#at)) continue
      this.#at += word.length
      return value
    }
    return this.#number()
  }

  /** The rest of a string whose opening quote has been passed. */
  #string(): string | undefined {
    const text = this.#text
    const start = this.#at
    let escaped = false
    for (let at = start; ; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return escaped ? unescaped(text.slice(start, at)) : text.slice(start, at)
      }
      if (code === BACKSLASH) {
        escaped = true
        at++
      } else if (!(code >= SPACE)) return undefined
    }
  }

  #number(): JsonNumber | undefined {
    NUMBER.lastIndex = this.#at
    const source = NUMBER.exec(this.#text)?.[0]
    if (source === undefined) return undefined
    this.#at += source.length
    return new JsonNumber(source)
  }

  #repeated(path: string): undefined {
    this.#fault = { fault: 'parameter_repeated', field: path }
  }
}

/** Undefined for an unknown escape and for half a surrogate pair, which no UTF-8 text can carry. */
function unescaped(inner: string): string | undefined {
  if (!ESCAPED.test(inner)) return undefined
  const value: string = JSON.parse(`"${inner}"`)
  return value.isWellFormed() ? value : undefined
}
