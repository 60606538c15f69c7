/**
 * Bytes to text, once and strictly: percent-encoded pairs, UTF-8, and GB18030 where the whole text
 * is not UTF-8 (old Windows programs send GBK under any label).
 */
import { isUtf8 } from 'node:buffer'

/** One parameter as decoded; a value that is neither text nor integer is undefined. */
export interface Pair {
  readonly name: string
  readonly value: string | undefined
}

/** A declared character set that is not UTF-8; every other label is ignored. */
export type Charset = 'gb18030' | undefined

const GB_LABEL = /charset\s*=\s*["']?\s*(?:gb18030|gb2312|gb_2312-80|gbk|x-gbk|cp936|ms936)\b/i
const BEYOND_ASCII = /[\x80-\xff]/
const PERCENT = 0x25
const PLUS = 0x2b
const BLANK = 0x20

/** The character set that a Content-Type declares. */
export function charsetOf(contentType: string | undefined): Charset {
  return contentType !== undefined && GB_LABEL.test(contentType) ? 'gb18030' : undefined
}

/**
 * Splits `a=1&b=2` (latin1 text of the bytes) and decodes names and values. Undefined when the text
 * is in no character set that we know, holds NUL, or uses the `%uXXXX` form.
 */
export function decodePairs(raw: string, charset: Charset): Pair[] | undefined {
  if (raw.includes('\0') || raw.includes('%00')) return undefined
  const quick = charset === undefined && !BEYOND_ASCII.test(raw)
  return (quick ? quickly(splitPairs(raw)) : undefined) ?? thoroughly(raw, charset)
}

/**
 * Decodes byte strings that belong to one text: all in the declared set, or all in UTF-8, or all in
 * GB18030; undefined when none fits. A multi-byte character never spans the ASCII marks at which the
 * text was cut, so judging the pieces is judging the whole.
 */
export function decodeTexts(bytes: readonly Buffer[], charset: Charset): string[] | undefined {
  if (charset === undefined && bytes.every((piece) => isUtf8(piece))) {
    return bytes.map((piece) => piece.toString('utf8'))
  }
  try {
    const decoder = new TextDecoder('gb18030', { fatal: true, ignoreBOM: true })
    return bytes.map((piece) => decoder.decode(piece))
  } catch {
    return undefined
  }
}

/** Names and values in alternation, still encoded; a pair without `=` has an empty value. */
function splitPairs(raw: string): string[] {
  const pieces: string[] = []
  for (let start = 0; start < raw.length; ) {
    const found = raw.indexOf('&', start)
    const end = found < 0 ? raw.length : found
    const equals = raw.indexOf('=', start)
    if (equals >= 0 && equals < end)
      pieces.push(raw.slice(start, equals), raw.slice(equals + 1, end))
    else if (end > start) pieces.push(raw.slice(start, end), '')
    start = end + 1
  }
  return pieces
}

/** The road of well-formed text; undefined sends it down the other one. */
function quickly(pieces: readonly string[]): Pair[] | undefined {
  try {
    return pairsOf(pieces.map(quickPiece))
  } catch {
    return undefined
  }
}

/** Throws for a lone `%` and for percent-encoded bytes that are not UTF-8. */
function quickPiece(piece: string): string {
  const blanks = piece.includes('+') ? piece.replaceAll('+', ' ') : piece
  return blanks.includes('%') ? decodeURIComponent(blanks) : blanks
}

/** The road of raw bytes beyond ASCII and of everything that is not quite well-formed. */
function thoroughly(raw: string, charset: Charset): Pair[] | undefined {
  if (/%u[0-9a-f]{4}/i.test(raw)) return undefined
  if (!raw.includes('%')) {
    const text = decodeTexts([Buffer.from(raw, 'latin1')], charset)?.[0]
    return text === undefined ? undefined : quickly(splitPairs(text))
  }
  const texts = decodeTexts(splitPairs(raw).map(percentDecoded), charset)
  return texts && pairsOf(texts)
}

function pairsOf(texts: readonly string[]): Pair[] {
  const pairs: Pair[] = []
  for (let i = 0; i < texts.length; i += 2) pairs.push({ name: texts[i]!, value: texts[i + 1]! })
  return pairs
}

/** `%xx` to bytes, `+` to blank; a `%` without two digits stays. */
function percentDecoded(piece: string): Buffer {
  const from = Buffer.from(piece, 'latin1')
  if (!/[%+]/.test(piece)) return from
  const to = Buffer.allocUnsafe(from.length)
  let length = 0
  for (let i = 0; i < from.length; i++) {
    const byte = from[i]!
    if (byte === PERCENT && /^[0-9a-f]{2}$/i.test(piece.slice(i + 1, i + 3))) {
      to[length++] = Number.parseInt(piece.slice(i + 1, i + 3), 16)
      i += 2
    } else to[length++] = byte === PLUS ? BLANK : byte
  }
  return to.subarray(0, length)
}
