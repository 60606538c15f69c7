/**
 * Synthetic cardholders for tests and the bench: deterministic by seed, any one of them computable
 * alone, all well-formed. The cards lie in an unassigned range; the people do not exist.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

/** One row. */
export interface SyntheticPerson {
  readonly name: string
  readonly idNumber: string
  readonly cardNumber: string
  readonly mobile: string
}

export interface PeopleCsv {
  readonly path: string
  readonly rows: number
  readonly seed: number
  /** `utf-8` by default. */
  readonly encoding?: 'utf-8' | 'gb18030'
  /** Our own names of the columns by default. */
  readonly heading?: string
}

const SURNAMES = [
  ...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余',
]
const GIVEN = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文海波晓东玲辉鹏飞宇婷雪琳浩然欣怡子涵',
]
const REGIONS = ['110101', '310101', '440106', '330102', '420102', '510104', '320102', '610102']
const MOBILE_PREFIXES = ['133', '135', '136', '138', '139', '150', '158', '186', '188', '189']
const CARD_PREFIX = '629999'
/** Digits of the row's number in the card, so that no two rows of a seed share one. */
const CARD_ROW_DIGITS = 9
const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const ID_CHECKS = '10X98765432'
const BIRTH_YEAR_MIN = 1950
const BIRTH_YEARS = 55
const DAYS_PER_MONTH = 28
const CHUNK_ROWS = 10_000
const HEADING = 'name,idNumber,cardNumber,mobile'

/** The person in row `index`, counted from 0. */
export function syntheticPerson(seed: number, index: number): SyntheticPerson {
  const a = scramble(seed, index)
  const b = scramble(a, index + 1)
  return {
    name: nameOf(a),
    idNumber: idNumberOf(b),
    cardNumber: cardOf(index, a),
    mobile: mobileOf(a, b),
  }
}

/** Writes a CSV of people. */
export function writePeopleCsv({ path, rows, seed, encoding, heading }: PeopleCsv): void {
  const encode = encoding === 'gb18030' ? encodeGb18030 : (text: string) => Buffer.from(text)
  const descriptor = openSync(path, 'w')
  try {
    writeSync(descriptor, encode(`${heading ?? HEADING}\n`))
    for (let from = 0; from < rows; from += CHUNK_ROWS) {
      let text = ''
      for (let index = from; index < Math.min(rows, from + CHUNK_ROWS); index++) {
        const { name, idNumber, cardNumber, mobile } = syntheticPerson(seed, index)
        text += `${name},${idNumber},${cardNumber},${mobile}\n`
      }
      writeSync(descriptor, encode(text))
    }
  } finally {
    closeSync(descriptor)
  }
}

/** GB18030 bytes of text whose characters all have one or two bytes in it (GBK). */
export function encodeGb18030(text: string): Buffer {
  const table = gbkTable()
  const bytes = Buffer.allocUnsafe(text.length * 2)
  let length = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const pair = code < 0x80 ? code : table.get(character)
    if (pair === undefined) throw new Error('a character outside GBK')
    if (pair > 0xff) bytes[length++] = pair >> 8
    bytes[length++] = pair & 0xff
  }
  return bytes.subarray(0, length)
}

let gbk: Map<string, number> | undefined

/** Two-byte code of each character, read off the platform's decoder. */
function gbkTable(): Map<string, number> {
  if (gbk) return gbk
  gbk = new Map()
  const decoder = new TextDecoder('gb18030')
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const character = decoder.decode(Uint8Array.of(lead, trail))
      if (trail !== 0x7f && [...character].length === 1) gbk.set(character, (lead << 8) | trail)
    }
  }
  return gbk
}

/** A well-mixed 32-bit number of two (the finaliser of MurmurHash3). */
function scramble(seed: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function nameOf(random: number): string {
  const given = pick(GIVEN, random >>> 6)
  return pick(SURNAMES, random) + given + (random & 1 ? pick(GIVEN, random >>> 13) : '')
}

function idNumberOf(random: number): string {
  const year = BIRTH_YEAR_MIN + (random % BIRTH_YEARS)
  const month = padded(1 + ((random >>> 6) % 12), 2)
  const day = padded(1 + ((random >>> 10) % DAYS_PER_MONTH), 2)
  const body = `${pick(REGIONS, random >>> 15)}${year}${month}${day}${padded((random >>> 18) % 1000, 3)}`
  let sum = 0
  for (let i = 0; i < body.length; i++) sum += (body.charCodeAt(i) - 48) * (ID_WEIGHTS[i] ?? 0)
  return body + ID_CHECKS[sum % 11]
}

function cardOf(index: number, random: number): string {
  const body = CARD_PREFIX + padded(index, CARD_ROW_DIGITS) + padded(random % 1000, 3)
  let sum = 0
  for (let i = 0; i < body.length; i++) {
    const digit = body.charCodeAt(body.length - 1 - i) - 48
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return body + String((10 - (sum % 10)) % 10)
}

function mobileOf(a: number, b: number): string {
  return pick(MOBILE_PREFIXES, a >>> 9) + padded(((a ^ b) >>> 0) % 1e8, 8)
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}

function pick(list: readonly string[], random: number): string {
  return list[random % list.length] ?? ''
}
