/** The lines of a vendor's bill: the column by which it names the calls that it charges. */

/** A line of CSV in cells; undefined of one that is none. */
export type SplitLine = (line: string) => readonly string[] | undefined

/** What the column holds, line by line; undefined where it is missing, or empty in a line. */
export function referencesIn(
  text: string,
  column: string,
  splitLine: SplitLine,
): readonly string[] | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const [heading, ...rows] = lines.filter((line) => line !== '').map(splitLine)
  const at = heading?.findIndex((name) => name.trim() === column) ?? -1
  if (at < 0) return undefined
  const references = rows.map((row) => row?.[at]?.trim() ?? '')
  return references.includes('') ? undefined : references
}
