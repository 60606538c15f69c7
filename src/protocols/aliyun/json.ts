/**
 * Reads the members of a JSON object from its source text, so that a 19-digit card number keeps its
 * digits and a repeated name is seen: `JSON.parse` alone rounds the one and hides the other.
 */
import type { Pair } from './text.ts'

/** Deeper nesting is refused (RFC 8259 §9 allows a limit). */
const DEPTH_MAX = 16
const COMMA = 0x2c
const BRACE_END = 0x7d
const INTEGER = /^-?\d+$/

/**
 * Members of the object in a text, repeats included. Text and integers have a value, everything else
 * is present by name only; null is absent. Undefined when the text is not a JSON object.
 */
export function objectMembers(text: string): Pair[] | undefined {
  return isObject(text) ? members(text) : undefined
}

function isObject(text: string): boolean {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  } catch {
    return false
  }
}

/** Walks a text that is known to be a valid object. */
function members(text: string): Pair[] | undefined {
  const pairs: Pair[] = []
  let at = text.indexOf('"')
  while (at >= 0) {
    const nameEnd = stringEnd(text, at)
    const name = stringAt(text, at, nameEnd)
    const start = afterBlanks(text, text.indexOf(':', nameEnd) + 1)
    const end = valueEnd(text, start)
    if (end < 0) return undefined
    const source = text.slice(start, end)
    const value = source.startsWith('"') ? stringAt(text, start, end) : numeral(source)
    if (!isSound(name) || (value !== undefined && !isSound(value))) return undefined
    if (source !== 'null') pairs.push({ name, value })
    at = text.indexOf('"', end)
  }
  return pairs
}

/** Text without NUL and without half a surrogate pair; both can hide in escapes. */
function isSound(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

function numeral(source: string): string | undefined {
  return INTEGER.test(source) ? source : undefined
}

function stringAt(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1)
  return inner.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : inner
}

/** Index behind the closing quote of the string that opens at `start`. */
function stringEnd(text: string, start: number): number {
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    let backslashes = 0
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes++
    if (backslashes % 2 === 0) return quote + 1
    at = quote + 1
  }
}

/** The four blanks of JSON are all that stand below the exclamation mark in a valid text. */
function isBlank(code: number): boolean {
  return code <= 0x20
}

function afterBlanks(text: string, start: number): number {
  let at = start
  while (isBlank(text.charCodeAt(at))) at++
  return at
}

/** Index behind the value that begins at `start`; negative when it is nested too deeply. */
function valueEnd(text: string, start: number): number {
  if (text[start] === '"') return stringEnd(text, start)
  if (text[start] === '{' || text[start] === '[') return nestedEnd(text, start)
  let at = start
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === COMMA || code === BRACE_END || isBlank(code)) return at
    at++
  }
}

function nestedEnd(text: string, start: number): number {
  let depth = 1
  for (let at = start; ; ) {
    const mark = text[at]!
    if (mark === '"') {
      at = stringEnd(text, at)
      continue
    }
    if (mark === '{' || mark === '[') depth++
    if (mark === '}' || mark === ']') depth--
    if (depth > DEPTH_MAX) return -1
    at++
    if (depth === 1) return at
  }
}
