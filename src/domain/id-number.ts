/**
 * The citizen identity number of GB 11643-1999: 17 digits and a check character.
 *
 * Numbers of 15 digits are refused as another document, not converted: they have been invalid since
 * 2013, some were reissued under other digits, and an invented number must not match anybody.
 */
import { REGIONS } from './region.generated.ts'
import { toHalfWidth, trimOuter } from './text.ts'

export type IdNumberVerdict = 'ok' | 'malformed' | 'unsupported'

const COMMON = /^\d{17}[\dX]$/
/** Forms of documents that exist but are not taken; anything else is a typing error. */
const OTHER_DOCUMENTS = [
  /^\d{15}$/, // identity card of the first generation
  /^\d{8}$/, // travel permit for Taiwan residents
  /^[A-Z]{1,2}\d{6,8}$/i, // passports, and the identity card of Hong Kong without its last bracket
  /^[A-Z]{1,2}\d{6}\([\dA]\)$/i, // identity card of Hong Kong
  /^[HM]\d{10}$/i, // travel permit for Hong Kong and Macao residents with its issue count
  /^[A-Z]{3}\d{12}$/i, // permanent residence card for foreigners before 2023
]
const CHECK_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const
const CHECK_CHARACTERS = '10X98765432'
const YEAR_MIN = 1900
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const
/**
 * Taiwan, Hong Kong and Macao have no county codes in the standard; 81 to 83 begin the numbers of
 * residence permits for people from Hong Kong, Macao and Taiwan.
 */
const PROVINCES_WITHOUT_COUNTIES = /^(?:71|81|82|83)/
/** First digit of the permanent residence number of foreigners since 2023, otherwise built alike. */
const FOREIGNER_FIRST_DIGIT = '9'

/** Folds an identity number: outer white space, full-width digits and Ｘ, upper case of a final x. */
export function foldIdNumber(raw: string): string {
  if (COMMON.test(raw)) return raw
  return toHalfWidth(trimOuter(raw)).replace(/x$/, 'X')
}

/**
 * Judges a folded number. `format` looks at its shape only. `strict` also asks for the right check
 * character, a date of birth in the calendar, and a region that was ever in force.
 */
export function checkIdNumber(value: string, policy: 'format' | 'strict'): IdNumberVerdict {
  if (!COMMON.test(value)) {
    return OTHER_DOCUMENTS.some((form) => form.test(value)) ? 'unsupported' : 'malformed'
  }
  if (policy === 'format') return 'ok'
  if (idCheckCharacter(value) !== value[17] || !isDate(value.slice(6, 14))) return 'malformed'
  if (value.startsWith(FOREIGNER_FIRST_DIGIT)) return 'unsupported'
  return isRegion(value.slice(0, 6)) ? 'ok' : 'malformed'
}

/** The check character of GB 11643 (ISO 7064 MOD 11-2) for the first 17 digits of a number. */
export function idCheckCharacter(digits: string): string {
  let sum = 0
  for (let i = 0; i < CHECK_WEIGHTS.length; i++) sum += Number(digits[i]) * CHECK_WEIGHTS[i]!
  return CHECK_CHARACTERS[sum % CHECK_CHARACTERS.length]!
}

/** Whether `YYYYMMDD` names a day of the Gregorian calendar, not before 1900. */
function isDate(text: string): boolean {
  const year = Number(text.slice(0, 4))
  const month = Number(text.slice(4, 6))
  const day = Number(text.slice(6))
  if (year < YEAR_MIN || day < 1 || day > (MONTH_DAYS[month - 1] ?? 0)) return false
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return month !== 2 || day < 29 || leap
}

function isRegion(code: string): boolean {
  if (PROVINCES_WITHOUT_COUNTIES.test(code)) return true
  const suffixes = REGIONS.get(code.slice(0, 4))
  return suffixes?.split(' ').includes(code.slice(4)) ?? false
}
