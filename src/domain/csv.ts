/**
 * CSV (RFC 4180) that a spreadsheet opens as it was meant: with a byte order mark, so that Chinese
 * is read as UTF-8, and with no cell that a spreadsheet would take for a formula.
 */

/** Goes before the first line. */
export const CSV_BOM = '\ufeff'

const LINE_END = '\r\n'
/** What a spreadsheet evaluates when a cell begins with it; some take the wide forms for the same. */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠]/
const QUOTED = /[",\r\n]/

/**
 * A cell: a number of ours, plain text, or digits that are a name (`{ id }`) and would lose their
 * leading zeros or their last places as a number.
 */
export type CsvCell = string | number | { readonly id: string }

/** One line with its end. Text that begins like a formula gets an apostrophe before it. */
export function csvLine(cells: readonly CsvCell[]): string {
  return cells.map(csvCell).join(',') + LINE_END
}

function csvCell(cell: CsvCell): string {
  if (typeof cell === 'number') return String(cell)
  if (typeof cell === 'string') return quoted(inert(cell))
  // A tab before digits keeps them text in every spreadsheet, and is not seen.
  return /^\d+$/.test(cell.id) ? `"\t${cell.id}"` : quoted(inert(cell.id))
}

function inert(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text
}

function quoted(text: string): string {
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
