/** Reads what somebody asks for by a form, field by field; command line and admin API do it alike. */
import type { z } from 'zod'

/** Why a field cannot be taken. */
export type FormProblem = 'missing' | 'unknown' | 'wrong_type' | 'out_of_range' | 'malformed'

/** The first field that cannot be taken; its name is a path such as `lowPercents.0`. */
export interface FormRefusal {
  readonly field: string
  readonly problem: FormProblem
}

/** Reads a form; a refusal names the field. */
export function readForm<T>(form: z.ZodType<T>, value: unknown): T | FormRefusal {
  const read = form.safeParse(value, { reportInput: true })
  if (read.success) return read.data
  const issue = read.error.issues[0]!
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return { field: [...issue.path, ...unknown].join('.'), problem: problemOf(issue) }
}

/** Whether a form was refused. */
export function isFormRefusal(value: object): value is FormRefusal {
  return 'problem' in value
}

function problemOf(issue: z.core.$ZodIssue): FormProblem {
  switch (issue.code) {
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_union':
      return issue.input === undefined ? 'missing' : 'wrong_type'
    case 'too_small':
    case 'too_big':
      return 'out_of_range'
    case 'unrecognized_keys':
      return 'unknown'
    case 'custom':
      return issue.params?.problem ?? 'malformed'
    default:
      return 'malformed'
  }
}
