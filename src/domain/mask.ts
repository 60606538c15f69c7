/**
 * Masks for live input on a screen: what of an element may be shown.
 *
 * The masks of numbers have one length whatever was typed, so that it tells nothing, and what is not
 * shaped like the element shows nothing at all: it might be anything, typed into the wrong field.
 */
import { foldCardNumber, isWellFormedCardNumber } from './card-number.ts'
import { checkIdNumber, foldIdNumber } from './id-number.ts'
import { foldMobile, isWellFormedMobile } from './mobile.ts'
import { foldName } from './names.ts'

/** Most names have two or three characters; longer ones show no more stars than those. */
const NAME_STARS_MAX = 2
const ID_STARS = '*'.repeat(16)
const CARD_STARS = '*'.repeat(12)
const MOBILE_STARS = '****'

/** The last character only: `*三`, `**宝`; a name of one character shows none. */
export function maskName(raw: string): string {
  const characters = [...foldName(raw)]
  if (characters.length < 2) return '*'
  return '*'.repeat(Math.min(characters.length - 1, NAME_STARS_MAX)) + characters.at(-1)
}

/** The first and the last character: `1****************X`. */
export function maskIdNumber(raw: string): string {
  const value = foldIdNumber(raw)
  if (checkIdNumber(value, 'format') !== 'ok') return `*${ID_STARS}*`
  return value[0] + ID_STARS + value.at(-1)
}

/** The last four digits: `************8888`. */
export function maskCardNumber(raw: string): string {
  const value = foldCardNumber(raw)
  return CARD_STARS + (isWellFormedCardNumber(value, 'format') ? value.slice(-4) : '****')
}

/** The first three and the last four digits: `161****8175`. */
export function maskMobile(raw: string): string {
  const value = foldMobile(raw)
  if (!isWellFormedMobile(value, 'format')) return `***${MOBILE_STARS}****`
  return value.slice(0, 3) + MOBILE_STARS + value.slice(-4)
}
