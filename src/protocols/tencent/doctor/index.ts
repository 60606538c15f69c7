/** The signature doctor of the Tencent face: TC3-HMAC-SHA256 here, the older methods in `v1.ts`. */
import { hash } from 'node:crypto'
import {
  type Diagnosis,
  type Doctor,
  firstDifference,
  type Surgery,
  type SuspectKey,
  type SuspectRequest,
  suspectHeader,
} from '../../doctor.ts'
import type { Bilingual } from '../../explorer.ts'
import { type Authorization, parseAuthorization } from '../signature.ts'
import { explanationOf, type Fault } from './explanations.ts'
import { MISTAKES, type Mistake } from './mistakes.ts'
import { canonicalText, type Signing, signatureOf, toSign } from './signing.ts'
import { diagnoseV1, isV1 } from './v1.ts'

const REQUIRED = ['X-TC-Action', 'X-TC-Version', 'X-TC-Timestamp', 'Content-Type', 'Host']
const SKEW_SECONDS_MAX = 300
const DATE_CHARS = 10

/** For requests that name an action, or sign as this vendor's clients do. */
export const TENCENT_SURGERY: Surgery = {
  keyKind(request) {
    const ours =
      suspectHeader(request, 'X-TC-Action') !== undefined ||
      suspectHeader(request, 'Authorization')?.includes('TC3') === true ||
      isV1(request)
    return ours ? 'tencent' : undefined
  },
  diagnose(request, key, nowMs) {
    const isTc3 = suspectHeader(request, 'Authorization') !== undefined
    return isTc3 || !isV1(request)
      ? diagnoseTc3(request, key, nowMs)
      : diagnoseV1(request, key, nowMs)
  },
}

/** Examines a request in the order in which the service would refuse it. */
export const diagnoseTc3: Doctor = (request, key, nowMs) => {
  const header = headerOf(request, 'Authorization')
  if (header === undefined) return diagnosis('authorization_missing', {})
  const authorization = parseAuthorization(header)
  if (authorization === undefined) return diagnosis('authorization_malformed', { detail: header })
  const missing = REQUIRED.find((name) => (headerOf(request, name) ?? '') === '')
  if (missing !== undefined) return diagnosis('header_missing', { detail: missing })
  const signing = signingOf(request, key, authorization)
  const found = mistakeOf(signing, authorization)
  if (found !== undefined) {
    const difference = differenceOf(found, signing)
    const also = found.second && explanationOf(found.second.fault, '')
    const circumstances = { signing, ...(difference && { difference }), ...(also && { also }) }
    return diagnosis(found.mistake.fault, circumstances)
  }
  if (authorization.secretId !== key.credential) {
    return diagnosis('secret_id_other', { signing, detail: authorization.secretId })
  }
  if (signatureOf(signing) !== authorization.signature)
    return diagnosis('secret_wrong', { signing })
  return lateFault(signing, nowMs)
}

/** What can be wrong although the signature fits. */
function lateFault(signing: Signing, nowMs: number): Diagnosis {
  const dateOfTime = new Date(Number(signing.timestamp) * 1000).toISOString().slice(0, DATE_CHARS)
  if (dateOfTime !== signing.date) {
    const difference = { line: 3, signed: signing.date, expected: dateOfTime }
    return diagnosis('date_wrong', { signing, difference, detail: dateOfTime })
  }
  const skew = Math.round(Number(signing.timestamp) - nowMs / 1000)
  if (Math.abs(skew) > SKEW_SECONDS_MAX) {
    return diagnosis('clock_off', { signing, detail: String(skew) })
  }
  return diagnosis('verifies', { signing })
}

interface Found {
  readonly mistake: Mistake
  readonly variant: Signing
  /** Made on top of the first. */
  readonly second?: Mistake
}

/** The mistake, or two of them together, under which the signature that came is right. */
function mistakeOf(signing: Signing, { signature }: Authorization): Found | undefined {
  if (signatureOf(signing) === signature) return undefined
  const found = single(signing, signature)
  if (found !== undefined) return found
  for (const mistake of MISTAKES) {
    for (const variant of mistake.variants(signing)) {
      const beside = single(variant, signature)
      if (beside === undefined) continue
      return { mistake, variant: beside.variant, second: beside.mistake }
    }
  }
  return undefined
}

function single(signing: Signing, signature: string): Found | undefined {
  for (const mistake of MISTAKES) {
    for (const variant of mistake.variants(signing)) {
      if (signatureOf(variant) === signature) return { mistake, variant }
    }
  }
  return undefined
}

/** The first line in which what was signed differs from what we sign. */
function differenceOf({ mistake, variant }: Found, signing: Signing) {
  const textOf = mistake.inKey ? toSign : canonicalText
  return firstDifference(textOf(variant), textOf(signing))
}

function signingOf(
  request: SuspectRequest,
  key: SuspectKey,
  authorization: Authorization,
): Signing {
  const mark = request.target.indexOf('?')
  const query = mark < 0 ? '' : request.target.slice(mark + 1)
  const isGet = request.method === 'GET'
  return {
    secret: key.secret.reveal(),
    keyDate: authorization.date,
    keyService: authorization.service,
    date: authorization.date,
    service: authorization.service,
    timestamp: headerOf(request, 'X-TC-Timestamp') ?? '',
    method: request.method,
    uri: '/',
    query: isGet ? query : '',
    signedHeaders: authorization.signedHeaders,
    headerLines: authorization.signedHeaders.split(';').map((name) => {
      const value = headerOf(request, name) ?? ''
      return [name.toLowerCase(), name === 'x-tc-action' ? value.toLowerCase() : value] as const
    }),
    body: isGet ? '' : request.body,
    payloadHash: undefined,
    layout: (lines) => lines.join('\n'),
    digestOf: (text) => hash('sha256', text),
  }
}

function headerOf(request: SuspectRequest, name: string): string | undefined {
  return suspectHeader(request, name)?.trim()
}

interface Circumstances {
  readonly signing?: Signing
  readonly difference?: Diagnosis['difference']
  readonly also?: Bilingual
  readonly detail?: string
}

function diagnosis(fault: Fault, circumstances: Circumstances): Diagnosis {
  const { signing, difference, also, detail = '' } = circumstances
  return {
    fault,
    explanation: explanationOf(fault, detail),
    ...(difference !== undefined && { difference }),
    ...(also !== undefined && { also }),
    steps:
      signing === undefined
        ? []
        : [
            { title: { zh: '规范请求串', en: 'Canonical request' }, text: canonicalText(signing) },
            { title: { zh: '待签名字符串', en: 'String to sign' }, text: toSign(signing) },
          ],
  }
}
