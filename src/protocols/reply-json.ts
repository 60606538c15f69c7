/** Reads the JSON of vendors' replies: one object in strict UTF-8, numbers and texts as texts. */

export type ReplyObject = Readonly<Record<string, unknown>>

/** The object a body holds and nothing beside it, no name in it twice; undefined for anything else. */
export function replyObject(body: Buffer): ReplyObject | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    const value: unknown = JSON.parse(text)
    return hasRepeats(text) ? undefined : objectIn(value)
  } catch {
    return undefined
  }
}

/** A text, and whether it is a name; or how an object or a list begins or ends. */
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g

/**
 * Whether an object in a valid text has two members of one name. The parser keeps the last of them,
 * and nobody can say which of two verdicts the vendor meant.
 */
function hasRepeats(text: string): boolean {
  const open: Set<string>[] = []
  for (const [token, name, isName] of text.matchAll(TOKENS)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (name !== undefined && isName !== undefined) {
      const names = open.at(-1)!
      const size = names.size
      if (names.add(JSON.parse(name) as string).size === size) return true
    }
  }
  return false
}

/** A member that is an object. */
export function objectIn(value: unknown): ReplyObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as ReplyObject) : undefined
}

/** A member that is a text or an integer, as text: vendors send codes both ways. */
export function textIn(object: ReplyObject | undefined, name: string): string | undefined {
  if (object === undefined || !Object.hasOwn(object, name)) return undefined
  const value = object[name]
  if (typeof value === 'string') return value
  return Number.isSafeInteger(value) ? String(value) : undefined
}
