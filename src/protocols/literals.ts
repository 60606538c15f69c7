/** Texts as literals of the languages in which the explorer shows code. */

/** In single quotes of a POSIX shell. */
export function shellLiteral(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** In double quotes, with escapes that JavaScript, Python, Go, Java, C# and Objective-C share. */
export function quotedLiteral(text: string): string {
  return JSON.stringify(text)
}

/** In single quotes of PHP, where nothing but the quote and the backslash means anything. */
export function phpLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
