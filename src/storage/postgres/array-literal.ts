/** Arrays as PostgreSQL reads them: one text a column, which costs far less than a value a row. */

/** Numbers; null stays null. */
export function numberArray(values: readonly (number | null)[]): string {
  return `{${values.map((value) => value ?? 'NULL').join()}}`
}

/** Texts of any content but NUL; null stays null. */
export function textArray(values: readonly (string | null)[]): string {
  let last: string | null = null
  let written = 'NULL'
  const cells = values.map((value) => {
    // In most columns a text follows its like.
    if (value !== last) written = value === null ? 'NULL' : quoted(value)
    last = value
    return written
  })
  return `{${cells.join()}}`
}

/** Bytes given as latin1 text; null stays null. */
export function bytesArray(values: readonly (string | null)[]): string {
  // One conversion for all is cheaper than one each.
  const hex = Buffer.from(values.join(''), 'latin1').toString('hex')
  let end = 0
  const cells = values.map((value) => {
    if (value === null) return 'NULL'
    const start = end
    end += value.length * 2
    return `"\\\\x${hex.slice(start, end)}"`
  })
  return `{${cells.join()}}`
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
}
