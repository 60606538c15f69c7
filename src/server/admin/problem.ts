/** How the admin API refuses: a word for programs, and where there is one the field at fault. */
import { z } from '@hono/zod-openapi'

export const ProblemSchema = z
  .object({
    /** `not_found`, `invalid`, `forbidden` … */
    error: z.string(),
    /** Path of the field in the request, dotted. */
    field: z.string().optional(),
    /** What is wrong with the field, or with what was sent. */
    message: z.string().optional(),
    /** When it is worth another try. */
    retryAfterMs: z.number().optional(),
  })
  .openapi('Problem')

export type Problem = z.infer<typeof ProblemSchema>

/** A problem with the status it goes under. */
export interface Refused {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 429 | 503
  readonly problem: Problem
}

/** One answer for what does not exist and for what is somebody else's. */
export const NOT_FOUND: Refused = { status: 404, problem: { error: 'not_found' } }

/** Refusals that are not about the state of what is to be changed. */
const STATUSES: Readonly<Record<string, Refused['status']>> = {
  credentials_wrong: 401,
  code_needed: 401,
  password_wrong: 403,
  code_wrong: 403,
  totp_required: 403,
  forbidden: 403,
  signature_mismatch: 403,
  signature_expired: 403,
  cursor_invalid: 400,
  file_too_large: 413,
  busy: 503,
}

/** The refusal of a name that the stores answer with. */
export function refusalOf(code: string): Refused {
  if (code.endsWith('_unknown')) return NOT_FOUND
  return { status: STATUSES[code] ?? 409, problem: { error: code } }
}

/** Of a form. */
export function invalid(field: string, message: string): Refused {
  return { status: 400, problem: { error: 'invalid', field, message } }
}
