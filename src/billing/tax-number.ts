/**
 * The number by which a buyer of an invoice is known to the tax office: since 2015 the unified
 * social credit code of GB 32100-2015, with its check character.
 */
import { checkIdNumber } from '../domain/id-number.ts'
import { toHalfWidth, trimOuter } from '../domain/text.ts'

/**
 * - `credit_code`: 18 characters, GB 32100.
 * - `personal`: 18 or 20, the identity number of a sole trader, alone or with two places after it.
 * - `registration`: 15, of taxpayers that were never given a credit code; it has no check character.
 */
export type TaxNumberForm = 'credit_code' | 'personal' | 'registration'

const CREDIT_CODE = /^[0-9A-HJ-NP-RT-UW-Y]{2}\d{6}[0-9A-HJ-NP-RT-UW-Y]{10}$/
const PERSONAL = /^(\d{17}[\dX])(?:[0-9A-Z]{2})?$/
const REGISTRATION = /^\d{6}[0-9A-Z]{9}$/
/** The 31 characters of GB 32100, whose place is their value: without I, O, S, V and Z. */
const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const BASE = 31
/** Factor from one place to the next. */
const STEP = 3
const CHECKED = 17

/** Folds what people type: white space around and within, full-width forms, lower case. */
export function foldTaxNumber(raw: string): string {
  return toHalfWidth(trimOuter(raw)).replaceAll(' ', '').toUpperCase()
}

/** The form of a folded number; undefined when it is none, or its check character is wrong. */
export function taxNumberForm(value: string): TaxNumberForm | undefined {
  if (CREDIT_CODE.test(value) && creditCheckCharacter(value) === value[CHECKED]) {
    return 'credit_code'
  }
  const person = PERSONAL.exec(value)?.[1]
  if (person !== undefined && checkIdNumber(person, 'strict') === 'ok') return 'personal'
  return REGISTRATION.test(value) ? 'registration' : undefined
}

/** The check character of GB 32100 for the first 17 of a credit code. */
export function creditCheckCharacter(code: string): string {
  let sum = 0
  let weight = 1
  for (const character of code.slice(0, CHECKED)) {
    sum += CHARACTERS.indexOf(character) * weight
    weight = (weight * STEP) % BASE
  }
  return CHARACTERS[(BASE - (sum % BASE)) % BASE] ?? ''
}
