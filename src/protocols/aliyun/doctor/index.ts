/** The doctor of the Aliyun face: AppCodes, and signatures by AppKey and AppSecret. */
import { createHash } from 'node:crypto'
import {
  type Diagnosis,
  type Doctor,
  firstDifference,
  type Surgery,
  type SuspectKey,
  type SuspectRequest,
  suspectHeader,
} from '../../doctor.ts'
import { appCodeOfHeader } from '../appcode.ts'
import { explanationOf, type Fault } from './explanations.ts'
import { MISTAKES } from './mistakes.ts'
import { type Signing, signatureOf, signingOf, toSign } from './signing.ts'

const WINDOW_MS = 15 * 60_000
const SCHEME = /^\s*appcode/i
/** What `printf` prints of a code that was read from a file. */
const CODE = /^[\x21-\x7e]+$/

/** For every request that is not another vendor's: it signs with an AppKey or bears an AppCode. */
export const ALIYUN_SURGERY: Surgery = {
  keyKind: (request) =>
    suspectHeader(request, 'X-Ca-Signature') === undefined ? 'appcode' : 'appkey',
  diagnose: (request, key, nowMs) => diagnoseAliyun(request, key, nowMs),
}

/** Examines a request by the way in which it authenticates itself. */
export const diagnoseAliyun: Doctor = (request, key, nowMs) => {
  const signature = suspectHeader(request, 'X-Ca-Signature')
  const authorization = suspectHeader(request, 'Authorization')
  if (signature !== undefined) return diagnoseSigned({ request, key, signature, nowMs })
  if (authorization !== undefined) return diagnoseAppCode(authorization, key)
  return diagnosis('credential_missing')
}

function diagnoseAppCode(authorization: string, key: SuspectKey): Diagnosis {
  const wanted = `APPCODE ${key.secret.reveal()}`
  const difference = { line: 1, signed: authorization, expected: wanted }
  if (!SCHEME.test(authorization)) return diagnosis('appcode_scheme', { difference })
  const code = appCodeOfHeader(authorization)
  if (code === undefined) return diagnosis('appcode_blank', { difference })
  if (code === key.secret.reveal()) return diagnosis('verifies')
  const bare = code.replace(/^[:=：]/, '').replace(/[<>"'“”]/g, '')
  if (bare === key.secret.reveal() || !CODE.test(code)) {
    return diagnosis('appcode_dressed', { difference })
  }
  return diagnosis('appcode_other')
}

interface Signed {
  readonly request: SuspectRequest
  readonly key: SuspectKey
  readonly signature: string
  readonly nowMs: number
}

function diagnoseSigned({ request, key, signature, nowMs }: Signed): Diagnosis {
  const named = suspectHeader(request, 'X-Ca-Key') ?? ''
  if (named === '') return diagnosis('key_header_missing')
  if (named !== key.credential) return diagnosis('key_other', { detail: named })
  const signing = signingOf(request, key.secret.reveal())
  if (signing === undefined) return diagnosis('method_unknown')
  if (signatureOf(signing) !== signature) return mistakeIn(signing, signature)
  const timestamp = suspectHeader(request, 'X-Ca-Timestamp')
  const skewMs = timestamp === undefined ? 0 : Number(timestamp) - nowMs
  if (!(Math.abs(skewMs) <= WINDOW_MS)) {
    return diagnosis('clock_off', { signing, detail: String(Math.round(skewMs / 1000)) })
  }
  const digest = suspectHeader(request, 'Content-MD5')
  const expected = createHash('md5').update(request.body).digest('base64')
  if (digest !== undefined && digest !== expected) {
    return diagnosis('body_digest', { signing, difference: { line: 1, signed: digest, expected } })
  }
  return diagnosis('verifies', { signing })
}

function mistakeIn(signing: Signing, signature: string): Diagnosis {
  for (const { fault, variants } of MISTAKES) {
    for (const variant of variants(signing)) {
      if (signatureOf(variant) !== signature) continue
      const difference = firstDifference(toSign(variant), toSign(signing))
      return diagnosis(fault, { signing, ...(difference && { difference }) })
    }
  }
  return diagnosis('secret_wrong', { signing })
}

interface Circumstances {
  readonly signing?: Signing
  readonly difference?: Diagnosis['difference']
  readonly detail?: string
}

function diagnosis(fault: Fault, circumstances: Circumstances = {}): Diagnosis {
  const { signing, difference, detail = '' } = circumstances
  return {
    fault,
    explanation: explanationOf(fault, detail),
    ...(difference !== undefined && { difference }),
    steps:
      signing === undefined
        ? []
        : [{ title: { zh: '待签名字符串', en: 'String to sign' }, text: toSign(signing) }],
  }
}
