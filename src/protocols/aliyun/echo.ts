/** What the refusal of a wrong signature lets the caller see of the string to sign. */
import { maskCardNumber, maskIdNumber, maskMobile, maskName } from '../../domain/mask.ts'
import type { ElementName } from '../../domain/product.ts'
import type { WireRequest } from '../protocol.ts'
import { APIS } from './apis.ts'
import type { Settings } from './options.ts'
import { type EchoMask, echoOf } from './string-to-sign.ts'

const HIDDEN = '***'
/** A parameter name of a client; anything else may be a body under a wrong type. */
const PLAIN_NAME = /^[A-Za-z_][\w.-]{0,31}$/

const MASKS: Record<ElementName, (raw: string) => string> = {
  name: maskName,
  idNumber: maskIdNumber,
  cardNumber: maskCardNumber,
  mobile: maskMobile,
}

const FULL: EchoMask = {
  header: (_name, value) => value,
  parameter: (name, value) => [name, value],
}

/** Elements as masks, whatever else a caller may have put into a request as stars. */
const MASKED: EchoMask = {
  header: (name, value) => (/^x-ca-/i.test(name) ? value : HIDDEN),
  parameter(name, value) {
    if (!PLAIN_NAME.test(name)) return [HIDDEN, value === '' ? '' : HIDDEN]
    const element = elementOf(name)
    if (value === '') return [name, '']
    return [name, element === undefined ? HIDDEN : masked(element, value)]
  },
}

/** The echo as the settings want it, as header text. */
export function signatureEcho(request: WireRequest, settings: Settings): string {
  if (settings.signatureEcho === 'off') return ''
  return echoOf(request, settings.signatureEcho === 'full' ? FULL : MASKED)
}

/** The element that a parameter name means in any operation of this face. */
function elementOf(name: string): ElementName | undefined {
  for (const { fields } of APIS.values()) {
    const element = fields.get(name)
    if (element !== undefined) return element
  }
  return undefined
}

/** Mask of an element; byte text in and out. */
function masked(element: ElementName, byteText: string): string {
  const text = Buffer.from(byteText, 'latin1').toString('utf8')
  return Buffer.from(MASKS[element](text), 'utf8').toString('latin1')
}
