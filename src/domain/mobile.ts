/** The mobile number of mainland China (numbering plan of the ministry MIIT): 11 digits. */
import { toHalfWidth, trimOuter } from './text.ts'

export type MobileOperator = 'china_mobile' | 'china_unicom' | 'china_telecom' | 'china_broadnet'
/** Who uses a range: subscribers, resellers' subscribers (MVNO), machines, or satellite phones. */
export type MobileUse = 'subscriber' | 'mvno' | 'iot' | 'satellite'

/** As of when the ranges below are known; from public tables, not from the ministry's own list. */
export const MOBILE_RANGES_DATE = '2023-12'

const COMMON = /^1[3-9]\d{9}$/
const SEPARATORS = /[\p{Zs}\-\u2010\u2011]+/gu
/** The country code is dropped only before 11 digits: then it cannot be part of the number itself. */
const COUNTRY_CODE = /^(?:\+86|0086|86)(?=\d{11}$)/

type MobileRange = readonly [operator: MobileOperator, use: MobileUse, prefixes: string]

/** Assigned ranges by prefix; of nested prefixes the longest decides. */
const MOBILE_RANGES: readonly MobileRange[] = [
  ['china_mobile', 'subscriber', '134 135 136 137 138 139 147 150 151 152 157 158 159'],
  ['china_mobile', 'subscriber', '172 178 182 183 184 187 188 195 197 198'],
  ['china_mobile', 'mvno', '165 1703 1705 1706'],
  ['china_mobile', 'iot', '1440 148'],
  ['china_unicom', 'subscriber', '130 131 132 145 155 156 166 175 176 185 186 196'],
  ['china_unicom', 'mvno', '167 171 1704 1707 1708 1709'],
  ['china_unicom', 'iot', '146'],
  ['china_telecom', 'subscriber', '133 149 153 173 177 180 181 189 190 191 193 199'],
  ['china_telecom', 'mvno', '162 1700 1701 1702'],
  ['china_telecom', 'iot', '1410'],
  ['china_telecom', 'satellite', '1349 17400 17401 17402 17403 17404 17405'],
  ['china_broadnet', 'subscriber', '192'],
]
const PREFIX_DIGITS_MIN = 3
const PREFIX_DIGITS_MAX = 5

const RANGE_BY_PREFIX: ReadonlyMap<string, MobileRange> = new Map(
  MOBILE_RANGES.flatMap((range) => range[2].split(' ').map((prefix) => [prefix, range] as const)),
)

/**
 * Folds a mobile number: white space and hyphens anywhere removed, full-width digits half-width, and
 * the country code (+86, 0086, 86) dropped where exactly 11 digits follow it.
 */
export function foldMobile(raw: string): string {
  if (COMMON.test(raw)) return raw
  return toHalfWidth(trimOuter(raw)).replace(SEPARATORS, '').replace(COUNTRY_CODE, '')
}

/** Judges a folded number: `format` its shape, `strict` also that its range is assigned. */
export function isWellFormedMobile(value: string, policy: 'format' | 'strict'): boolean {
  return COMMON.test(value) && (policy === 'format' || mobileRange(value) !== undefined)
}

/** Operator and use of the range a folded number was assigned from; portability may have moved it. */
export function mobileRange(
  value: string,
): { readonly operator: MobileOperator; readonly use: MobileUse } | undefined {
  for (let digits = PREFIX_DIGITS_MAX; digits >= PREFIX_DIGITS_MIN; digits--) {
    const range = RANGE_BY_PREFIX.get(value.slice(0, digits))
    if (range) return { operator: range[0], use: range[1] }
  }
  return undefined
}
