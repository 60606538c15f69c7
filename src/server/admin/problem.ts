/** How the admin API refuses: a word for programs, and where there is one the field at fault. */
import { z } from '@hono/zod-openapi'

export const ProblemSchema = z
  .object({
    /** `not_found`, `invalid`, `forbidden` … */
    error: z.string(),
    /** Path of the field in the request, dotted. */
    field: z.string().optional(),
    /** What is wrong with it, for people. */
    message: z.string().optional(),
  })
  .openapi('Problem')

export type Problem = z.infer<typeof ProblemSchema>
