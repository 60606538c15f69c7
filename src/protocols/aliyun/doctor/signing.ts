/** An AppKey signature from parts, each of which a caller may get wrong by itself. */
import { createHmac } from 'node:crypto'
import { type SuspectRequest, suspectHeader } from '../../doctor.ts'

export interface Signing {
  readonly secret: string
  readonly digest: 'sha256' | 'sha1'
  readonly encoding: 'base64' | 'hex'
  readonly method: string
  /** Accept, Content-MD5, Content-Type, Date: their values, empty where the header is absent. */
  readonly middle: readonly string[]
  readonly headerLines: readonly (readonly [name: string, value: string])[]
  readonly path: string
  /** Decoded and sorted. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
  readonly newline: string
}

const DIGESTS: Readonly<Record<string, Signing['digest']>> = {
  '': 'sha256',
  HmacSHA256: 'sha256',
  HmacSHA1: 'sha1',
}

/** What the service signs for a request; undefined for a method of signing that it does not know. */
export function signingOf(request: SuspectRequest, secret: string): Signing | undefined {
  const header = (name: string) => suspectHeader(request, name) ?? ''
  const digest = DIGESTS[header('X-Ca-Signature-Method')]
  if (digest === undefined) return undefined
  const listed = header('X-Ca-Signature-Headers')
  const names = listed === '' ? [] : listed.split(',').map((name) => name.trim())
  const mark = request.target.indexOf('?')
  const path = mark < 0 ? request.target : request.target.slice(0, mark)
  const query = mark < 0 ? '' : request.target.slice(mark + 1)
  const isForm = /^application\/x-www-form-urlencoded/i.test(header('Content-Type'))
  const pairs = new Map<string, string>()
  for (const text of [isForm ? request.body.trim() : '', query]) {
    for (const [name, value] of new URLSearchParams(text)) {
      if (!pairs.has(name)) pairs.set(name, value)
    }
  }
  return {
    secret,
    digest,
    encoding: 'base64',
    method: request.method,
    middle: ['Accept', 'Content-MD5', 'Content-Type', 'Date'].map(header),
    headerLines: names.toSorted().map((name) => [name, header(name)] as const),
    path,
    parameters: [...pairs].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    newline: '\n',
  }
}

export function toSign({
  method,
  middle,
  headerLines,
  path,
  parameters,
  newline,
}: Signing): string {
  const lines = [method, ...middle, ...headerLines.map(([name, value]) => `${name}:${value}`)]
  const texts = parameters.map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  const last = texts.length === 0 ? path : `${path}?${texts.join('&')}`
  return [...lines, last].join(newline)
}

export function signatureOf(signing: Signing): string {
  const { digest, secret, encoding } = signing
  return createHmac(digest, secret).update(toSign(signing)).digest(encoding)
}
