/** Splits a `multipart/form-data` body into its parts by name (RFC 7578). */

/** One part: the raw name and value, before any character set is chosen. */
export interface Part {
  readonly name: Buffer
  readonly value: Buffer
}

const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^;\s"]{1,70}))/i
const DISPOSITION = /^content-disposition\s*:\s*form-data\b(.*)$/im
const NAME = /;\s*name=(?:"((?:[^"\\]|\\.)*)"|([^;\s"]+))/i
const PARTS_MAX = 64

/** Parts in wire order; undefined when the body is not what its type promises. */
export function partsOf(contentType: string, body: Buffer): Part[] | undefined {
  const found = BOUNDARY.exec(contentType)
  const boundary = found?.[1] ?? found?.[2]
  if (boundary === undefined) return undefined
  // With a line end in front, the first delimiter looks like all the others.
  const sections = `\r\n${body.toString('latin1')}`.split(`\r\n--${boundary}`)
  if (sections.length < 2 || sections.length > PARTS_MAX) return undefined
  if (!sections.at(-1)?.startsWith('--')) return undefined
  const parts = sections.slice(1, -1).map(partOf)
  return parts.every((part) => part !== undefined) ? parts : undefined
}

/** One section between two delimiters: blanks, line end, headers, empty line, value. */
function partOf(section: string): Part | undefined {
  const start = section.indexOf('\r\n')
  const headEnd = section.indexOf('\r\n\r\n', start)
  if (start < 0 || headEnd < 0 || section.slice(0, start).trim() !== '') return undefined
  const disposition = DISPOSITION.exec(section.slice(start, headEnd))?.[1]
  const found = disposition === undefined ? undefined : NAME.exec(disposition)
  const name = found?.[1] ?? found?.[2]
  if (name === undefined) return undefined
  return {
    name: Buffer.from(name, 'latin1'),
    value: Buffer.from(section.slice(headEnd + 4), 'latin1'),
  }
}
