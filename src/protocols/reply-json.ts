/** Reads the JSON of vendors' replies: one object in strict UTF-8, numbers and texts as texts. */

export type ReplyObject = Readonly<Record<string, unknown>>

/** The object a body holds and nothing beside it; undefined for anything else. */
export function replyObject(body: Buffer): ReplyObject | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body)
    return objectIn(JSON.parse(text))
  } catch {
    return undefined
  }
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
