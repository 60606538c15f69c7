/** What the descriptions of all routes share. */
import { z } from '@hono/zod-openapi'

export const Bilingual = z.object({ zh: z.string(), en: z.string() })

/** A body or reply of JSON. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return { content: { 'application/json': { schema } } }
}

/** The same value for a library whose types know no readonly. */
export function mutable<T>(value: T): Mutable<T> {
  return value as Mutable<T>
}

export type Mutable<T> = T extends readonly [infer A, infer B]
  ? [Mutable<A>, Mutable<B>]
  : T extends readonly (infer Item)[]
    ? Mutable<Item>[]
    : T extends object
      ? { -readonly [Name in keyof T]: Mutable<T[Name]> }
      : T
