/** Lists page by page: the newest first, from a cursor that says where the last page ended. */
import { z } from 'zod'
import type { PageCursor } from '../../storage/sql/pages.ts'

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 200

/** Query of every list. */
export const PAGE_QUERY = {
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  /** `next` of the page before. */
  after: z.string().max(200).optional(),
} as const

/** Query of a list or thing that belongs to an account. */
export const ACCOUNT_QUERY = {
  /** Staff may name any account, or `all`; by default one's own, and of staff all. */
  accountId: z.string().max(64).optional(),
} as const

/** A list's reply. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().optional() })
}

/** The reply's `next`. */
export function nextOf(cursor: PageCursor | undefined): { readonly next?: string } {
  if (cursor === undefined) return {}
  return { next: Buffer.from(`${cursor.atMs} ${cursor.id}`).toString('base64url') }
}

/** The place that a cursor names. */
export function cursorOf(after: string | undefined): PageCursor | undefined | 'cursor_invalid' {
  if (after === undefined) return undefined
  const text = Buffer.from(after, 'base64url').toString()
  const [, atMs, id] = /^(\d{1,15}) ([\w.:-]{1,64})$/.exec(text) ?? []
  return atMs === undefined || id === undefined ? 'cursor_invalid' : { atMs: Number(atMs), id }
}
