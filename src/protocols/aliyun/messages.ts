/**
 * Request decoding: every body form that programs of this face are known to send, merged with the
 * query, down to the elements of the operation.
 */
import { isAscii, isUtf8 } from 'node:buffer'
import type { Elements } from '../../domain/elements.ts'
import type { Fault } from '../../domain/fault.ts'
import type { ElementName } from '../../domain/product.ts'
import { Secret } from '../../domain/secret.ts'
import type { WireRequest } from '../protocol.ts'
import type { ApiRow } from './apis.ts'
import { objectMembers } from './json.ts'
import { partsOf } from './multipart.ts'
import { type Charset, charsetOf, decodePairs, decodeTexts, type Pair } from './text.ts'

/** Zero-width and bidirectional marks: invisible in a name, so never meant. */
const INVISIBLE = /[\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/

/**
 * Names that announce a security code, an expiry date, a PIN, a password or an SMS code, without
 * their separators. This service must not even receive them.
 */
const FORBIDDEN: ReadonlySet<string> = new Set(
  (
    'cvv cvv2 cvc cvc2 cvn cvn2 cav2 securitycode safecode ' +
    'expire expired expiry expires expiredate expdate expirydate expiration expirationdate ' +
    'validdate validthru validity cardexpire cardexpiry ' +
    'pin pinblock cardpin password passwd pwd paypassword cardpassword ' +
    'sms smscode verifycode verificationcode vercode vcode otp captcha'
  ).split(' '),
)

const MALFORMED: Fault = { fault: 'body_malformed' }

/** Every parameter of query and body, query first, names as sent; or why it cannot be read. */
export function readParameters(
  request: WireRequest,
  contentType: string | undefined,
): readonly Pair[] | Fault {
  const body = bodyPairs(stripMark(request.body), contentType)
  if (body === undefined) return MALFORMED
  if (request.query === '') return body
  const query = decodePairs(request.query, charsetOf(contentType))
  return query === undefined ? MALFORMED : [...query, ...body]
}

/** The elements of an operation among the parameters, as submitted. */
export function readElements(parameters: readonly Pair[], api: ApiRow): Elements | Fault {
  const found: { [E in ElementName]?: string } = {}
  for (const { name, value } of parameters) {
    const element = api.fields.get(name)
    if (element === undefined) {
      if (isForbidden(name)) return { fault: 'parameter_value_invalid' }
    } else if (value !== undefined) {
      const earlier = found[element]
      if (earlier === undefined) found[element] = value
      else if (earlier.trim() !== value.trim()) return { fault: 'parameter_repeated', field: name }
    }
  }
  return completed(found, api)
}

/** Whether the type is one whose fields take part in a signature. */
export function isFormType(contentType: string | undefined): boolean {
  return /^application\/x-www-form-urlencoded/i.test(contentType ?? '')
}

/** Fields of a form body, whatever the body looks like; undefined when it cannot be decoded. */
export function formPairs(body: Buffer, charset: Charset): readonly Pair[] | undefined {
  return decodePairs(stripMark(body).toString('latin1'), charset)
}

function completed(found: { [E in ElementName]?: string }, api: ApiRow): Elements | Fault {
  const elements: { [E in ElementName]?: Secret } = {}
  for (const [field, element] of api.fields) {
    const value = found[element]
    if (value === undefined) return { fault: 'parameter_missing', field }
    if (INVISIBLE.test(value)) return { fault: 'parameter_value_invalid', field }
    if (value.trim() === '') return { fault: 'parameter_missing', field }
    elements[element] = new Secret(value)
  }
  return elements
}

function isForbidden(name: string): boolean {
  return FORBIDDEN.has(name.toLowerCase().replace(/[-_. ]/g, ''))
}

/** Bytes decide first, the declared type only where bytes cannot. */
function bodyPairs(body: Buffer, contentType: string | undefined): readonly Pair[] | undefined {
  if (body.length === 0) return []
  const charset = charsetOf(contentType)
  if (contentType !== undefined && /^\s*multipart\/form-data/i.test(contentType)) {
    return multipartPairs(contentType, body, charset)
  }
  if (looksLikeJson(body) || (contentType !== undefined && /json/i.test(contentType))) {
    const text = textOf(body, charset)
    return text === undefined ? undefined : objectMembers(text)
  }
  return decodePairs(body.toString('latin1'), charset)
}

function multipartPairs(contentType: string, body: Buffer, charset: Charset): Pair[] | undefined {
  const parts = partsOf(contentType, body)
  if (parts === undefined || body.includes(0)) return undefined
  const texts = decodeTexts(
    parts.flatMap(({ name, value }) => [name, value]),
    charset,
  )
  return texts && parts.map((_, i) => ({ name: texts[2 * i]!, value: texts[2 * i + 1]! }))
}

function textOf(body: Buffer, charset: Charset): string | undefined {
  if (isAscii(body)) return body.toString('latin1')
  if (charset === undefined && isUtf8(body)) return body.toString('utf8')
  return decodeTexts([body], charset)?.[0]
}

/** First byte that is no blank opens an object or a list. */
function looksLikeJson(body: Buffer): boolean {
  let at = 0
  while (at < body.length && body[at]! <= 0x20) at++
  return body[at] === 0x7b || body[at] === 0x5b
}

/** Takes the byte-order mark of UTF-8 away. */
function stripMark(body: Buffer): Buffer {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? body.subarray(3) : body
}
