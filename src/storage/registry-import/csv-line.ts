/**
 * Cells of one CSV line (RFC 4180, but for line breaks inside quotes).
 *
 * No element contains a line break, so a line is a row: the file can be cut at any line break, line
 * numbers are what an editor shows, and a stray quotation mark spoils its own line only.
 */

/** Cells of a line; undefined when its quotation marks do not pair. */
export function splitLine(line: string): string[] | undefined {
  return line.includes('"') ? splitQuoted(line) : line.split(',')
}

function splitQuoted(line: string): string[] | undefined {
  const cells: string[] = []
  for (let at = 0; at <= line.length; ) {
    const end = line[at] === '"' ? endOfQuoted(line, at) : endOfPlain(line, at)
    if (end === undefined) return undefined
    const cell = line.slice(at, end)
    cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    at = end + 1
  }
  return cells
}

/** End of an unquoted cell; a quotation mark inside it is malformed. */
function endOfPlain(line: string, at: number): number | undefined {
  const comma = line.indexOf(',', at)
  const end = comma < 0 ? line.length : comma
  return line.slice(at, end).includes('"') ? undefined : end
}

/** End of a quoted cell, behind its closing mark, where a comma or the end must follow. */
function endOfQuoted(line: string, at: number): number | undefined {
  let mark = line.indexOf('"', at + 1)
  while (mark >= 0 && line[mark + 1] === '"') mark = line.indexOf('"', mark + 2)
  if (mark < 0) return undefined
  const next = line[mark + 1]
  return next === undefined || next === ',' ? mark + 1 : undefined
}
