/** The signature doctor for calls signed with HmacSHA1 or HmacSHA256 (v1): all parameters as pairs. */
import { createHmac } from 'node:crypto'
import { type Diagnosis, type Doctor, type SuspectRequest, suspectHeader } from '../../doctor.ts'
import { V1_REQUIRED } from '../messages.ts'
import { explanationOf, type Fault } from './explanations.ts'

const SKEW_SECONDS_MAX = 300
const SIGNATURE = 'Signature'
const VENDOR_HOST = 'faceid.tencentcloudapi.com'
const DIGESTS: Readonly<Record<string, string>> = { HmacSHA1: 'sha1', HmacSHA256: 'sha256' }

type Pair = readonly [name: string, value: string]

/** A v1 signature from parts, each of which a caller may get wrong by itself. */
interface Signing {
  readonly secret: string
  readonly digest: string
  readonly method: string
  readonly host: string
  readonly path: string
  readonly pairs: readonly Pair[]
}

interface Mistake {
  readonly fault: Fault
  readonly variants: (signing: Signing, sent: readonly Pair[]) => readonly Signing[]
}

const MISTAKES: readonly Mistake[] = [
  { fault: 'v1_order', variants: (signing, sent) => [{ ...signing, pairs: sent }] },
  {
    fault: 'v1_encoding',
    variants: (signing) => [
      {
        ...signing,
        pairs: signing.pairs.map(([name, value]) => [name, encodeURIComponent(value)]),
      },
    ],
  },
  {
    fault: 'v1_method',
    variants: (signing) => [{ ...signing, method: signing.method === 'GET' ? 'POST' : 'GET' }],
  },
  {
    fault: 'host_form',
    variants: (signing) => {
      const bare = signing.host.replace(/:\d+$/, '')
      const port = signing.host.slice(bare.length)
      const local = ['localhost', '127.0.0.1'].flatMap((name) => [name, name + port])
      const hosts = [
        bare,
        `http://${signing.host}`,
        `https://${signing.host}`,
        VENDOR_HOST,
        ...local,
      ]
      return hosts.map((host) => ({ ...signing, host }))
    },
  },
  {
    fault: 'v1_digest',
    variants: (signing) => Object.values(DIGESTS).map((digest) => ({ ...signing, digest })),
  },
  {
    fault: 'secret_blank',
    variants: (signing) => {
      const blanks = [' ', '\n', '\r\n', '\t']
      return blanks.map((blank) => ({ ...signing, secret: signing.secret + blank }))
    },
  },
]

/** Whether a request carries a v1 signature among its parameters. */
export function isV1(request: SuspectRequest): boolean {
  const names = new Set(pairsOf(request).map(([name]) => name))
  return names.has('SecretId') && (names.has(SIGNATURE) || names.has('Action'))
}

/** Examines a request in the order in which the service would refuse it. */
export const diagnoseV1: Doctor = (request, key, nowMs) => {
  const sent = pairsOf(request)
  const values = new Map(sent)
  const missing = [...V1_REQUIRED, SIGNATURE].find((name) => (values.get(name) ?? '') === '')
  if (missing !== undefined) return diagnosis('parameter_missing', undefined, { detail: missing })
  const secretId = values.get('SecretId') ?? ''
  const signed = sent.filter(([name]) => name !== SIGNATURE)
  const signing: Signing = {
    secret: key.secret.reveal(),
    digest: DIGESTS[values.get('SignatureMethod') ?? 'HmacSHA1'] ?? 'sha1',
    method: request.method,
    host: suspectHeader(request, 'Host')?.trim() ?? '',
    path: request.target.split('?')[0] ?? '/',
    pairs: signed.toSorted(([a], [b]) => (a < b ? -1 : 1)),
  }
  const signature = values.get(SIGNATURE) ?? ''
  if (signatureOf(signing) !== signature) {
    if (secretId !== key.credential) {
      return diagnosis('secret_id_other', signing, { detail: secretId })
    }
    return mistakeIn(signing, signed, signature)
  }
  const skew = Math.round(Number(values.get('Timestamp')) - nowMs / 1000)
  if (!(Math.abs(skew) <= SKEW_SECONDS_MAX)) {
    return diagnosis('v1_clock', signing, { detail: String(skew) })
  }
  return diagnosis('verifies', signing)
}

function mistakeIn(signing: Signing, sent: readonly Pair[], signature: string): Diagnosis {
  // A plus that was not encoded arrives as a blank.
  if (signatureOf(signing) === signature.replaceAll(' ', '+')) {
    return diagnosis('v1_plus', signing)
  }
  for (const { fault, variants } of MISTAKES) {
    const variant = variants(signing, sent).find((each) => signatureOf(each) === signature)
    if (variant === undefined) continue
    const [theirs, ours] = [textOf(variant), textOf(signing)]
    const difference = { line: 1, signed: theirs, expected: ours }
    return diagnosis(fault, signing, theirs === ours ? {} : { difference })
  }
  return diagnosis('secret_wrong', signing)
}

function textOf({ method, host, path, pairs }: Signing): string {
  return `${method}${host}${path}?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`
}

function signatureOf(signing: Signing): string {
  return createHmac(signing.digest, signing.secret).update(textOf(signing)).digest('base64')
}

/** Decoded, in the order in which they were sent. */
function pairsOf({ method, target, body }: SuspectRequest): Pair[] {
  const mark = target.indexOf('?')
  const text = method === 'GET' ? target.slice(mark < 0 ? target.length : mark + 1) : body.trim()
  // A body of JSON is one strange name, and no v1 call.
  return [...new URLSearchParams(text)]
}

interface Circumstances {
  readonly detail?: string
  readonly difference?: Diagnosis['difference']
}

function diagnosis(
  fault: Fault,
  signing: Signing | undefined,
  { detail = '', difference }: Circumstances = {},
): Diagnosis {
  const title = { zh: '待签名字符串', en: 'String to sign' }
  return {
    fault,
    explanation: explanationOf(fault, detail),
    ...(difference !== undefined && { difference }),
    steps: signing === undefined ? [] : [{ title, text: textOf(signing) }],
  }
}
