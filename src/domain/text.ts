/** Folding that the three numbers and the name share: outer white space and full-width forms. */

const BLANK = /[\t-\r\p{Zs}]/u
const FULL_WIDTH = /[\uff01-\uff5e]/g
/** Distance of a full-width form to its ASCII twin. */
const FULL_WIDTH_OFFSET = 0xfee0

/**
 * Drops white space at both ends, U+3000 and U+00A0 included. Zero-width characters stay, since they
 * are refused and not forgiven; that is why this is not `String.prototype.trim`.
 */
export function trimOuter(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && BLANK.test(text[start]!)) start++
  while (end > start && BLANK.test(text[end - 1]!)) end--
  return text.slice(start, end)
}

/** Turns the full-width forms of printable ASCII (U+FF01…U+FF5E) into ASCII. */
export function toHalfWidth(text: string): string {
  return text.replace(FULL_WIDTH, (c) => String.fromCharCode(c.charCodeAt(0) - FULL_WIDTH_OFFSET))
}
