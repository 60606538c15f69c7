/** The bank card number (ISO/IEC 7812-1): digits with a Luhn check digit at the end. */
import { toHalfWidth, trimOuter } from './text.ts'

const COMMON = /^\d{12,19}$/
const STRICT = /^\d{13,19}$/
const SEPARATORS = /[\p{Zs}\-\u2010\u2011]+/gu
/** What a doubled digit adds to the sum: the digits of twice its value. */
const DOUBLED = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9] as const

/** Folds a card number: white space and hyphens anywhere removed, full-width digits half-width. */
export function foldCardNumber(raw: string): string {
  if (COMMON.test(raw)) return raw
  return toHalfWidth(trimOuter(raw)).replace(SEPARATORS, '')
}

/** Judges a folded number: `format` 12 to 19 digits, `strict` 13 to 19 with the right Luhn digit. */
export function isWellFormedCardNumber(value: string, policy: 'format' | 'strict'): boolean {
  if (policy === 'format') return COMMON.test(value)
  return STRICT.test(value) && luhnDigit(value.slice(0, -1)) === value.at(-1)
}

/** The digit that makes `digits` a number that passes the Luhn check when appended. */
export function luhnDigit(digits: string): string {
  let sum = 0
  for (let i = digits.length - 1, doubled = true; i >= 0; i--, doubled = !doubled) {
    const digit = Number(digits[i])
    sum += doubled ? DOUBLED[digit]! : digit
  }
  return String((10 - (sum % 10)) % 10)
}
