/**
 * Every failing code of the closed tables on demand, also those that no refusal of ours reaches. A
 * call with a test key gets the code that its card number ends in, free, so that a client can be
 * shown what it may one day meet.
 */
import { luhnDigit } from '../../domain/card-number.ts'
import type { Elements } from '../../domain/elements.ts'
import type { Fault } from '../../domain/fault.ts'
import { type BusinessCode, PLATFORM_TEXTS, type PlatformCode, TEXTS } from './catalogue.ts'

/** No issuer has it; behind it the number of the four-element operation. */
const CARD_PREFIX = '6299991887'

/** A code with the card that brings it. */
export interface Specimen<Code extends BusinessCode | PlatformCode> {
  readonly code: Code
  readonly cardNumber: string
}

/** Business codes: `000`, the last two digits of the code, the Luhn digit. A success is none. */
export const BUSINESS_SPECIMENS: readonly Specimen<BusinessCode>[] = specimens(
  (Object.keys(TEXTS) as BusinessCode[]).filter((code) => code !== '10000'),
  (code) => `000${code.slice(-2)}`,
)

/** Codes of the direct face, and only there: `90`, the three digits of the code, the Luhn digit. */
export const PLATFORM_SPECIMENS: readonly Specimen<PlatformCode>[] = specimens(
  Object.keys(PLATFORM_TEXTS) as PlatformCode[],
  (code) => `90${code.slice(-3)}`,
)

const BUSINESS = new Map(BUSINESS_SPECIMENS.map((row) => [row.cardNumber, row]))
const PLATFORM = new Map(PLATFORM_SPECIMENS.map((row) => [row.cardNumber, row]))

/** The refusal that a test key's card asks for; `isDirect` is asked only where the face decides. */
export function specimenFault(elements: Elements, isDirect: () => boolean): Fault | undefined {
  const cardNumber = elements.cardNumber?.reveal().trim() ?? ''
  const platform = PLATFORM.get(cardNumber)
  const row = platform !== undefined && isDirect() ? platform : BUSINESS.get(cardNumber)
  return row && { fault: 'internal', specimen: row.code }
}

/** The code of such a refusal. */
export function specimenCode({ specimen }: Fault): BusinessCode | PlatformCode | undefined {
  return specimen as BusinessCode | PlatformCode | undefined
}

function specimens<Code extends BusinessCode | PlatformCode>(
  codes: readonly Code[],
  digitsOf: (code: Code) => string,
): Specimen<Code>[] {
  return codes.map((code) => {
    const digits = CARD_PREFIX + digitsOf(code)
    return { code, cardNumber: digits + luhnDigit(digits) }
  })
}
