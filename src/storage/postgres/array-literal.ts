/** Arrays as PostgreSQL reads them: one text a column, which costs far less than a value a row. */

/** Numbers; null stays null. */
export function numberArray(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`
}

/** Texts of any content but NUL; null stays null. */
export function textArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : quoted(value))).join()}}`
}

/** Bytes given as latin1 text; null stays null. */
export function bytesArray(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : hexed(value))).join()}}`
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
}

function hexed(text: string): string {
  return `"\\\\x${Buffer.from(text, 'latin1').toString('hex')}"`
}
