/** What was typed, read by the form that the admin API reads it by. */
import type { z } from 'zod'
import { isFormRefusal, readForm } from '../config/form.ts'
import { CliError, type Context } from './context.ts'

/** The form filled in; a refusal is one line that names the field. */
export function filledIn<T extends object>(
  context: Context,
  form: z.ZodType<T>,
  typed: Readonly<Record<string, unknown>>,
): T {
  const given = Object.entries(typed).filter(([, value]) => value !== undefined)
  const read = readForm(form, Object.fromEntries(given))
  if (isFormRefusal(read)) throw new CliError(context.locale.forms[read.problem](read.field))
  return read
}
