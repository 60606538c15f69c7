/**
 * The signature doctor: says why a signature of a caller does not verify. A signature cannot be
 * turned back into what was signed, so the doctor signs what callers are known to sign by mistake
 * and looks which of it gives the signature that came.
 */
import type { KeyKind } from '../domain/key.ts'
import type { Secret } from '../domain/secret.ts'
import type { Bilingual, SigningStep } from './explorer.ts'

/** A request as its sender printed it. It may hold elements: it is looked at and forgotten. */
export interface SuspectRequest {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

/** The key that the sender believes to use. */
export interface SuspectKey {
  readonly credential: string
  readonly secret: Secret
}

/** The line at which the sender's text and ours part. */
export interface Difference {
  /** 1-based. */
  readonly line: number
  readonly signed: string
  readonly expected: string
}

export interface Diagnosis {
  /** `verifies`, or the mistake by name. */
  readonly fault: string
  readonly explanation: Bilingual
  /** A second mistake that came with the first. */
  readonly also?: Bilingual
  /** Absent where the mistake is not in the signed text. */
  readonly difference?: Difference
  /** What we sign for this request. */
  readonly steps: readonly SigningStep[]
}

/** Examines one request. */
export type Doctor = (request: SuspectRequest, key: SuspectKey, nowMs: number) => Diagnosis

/** What one vendor's folder offers to people whose calls are refused. */
export interface Surgery {
  /** The kind of key that a request of this vendor needs; undefined for a request of another. */
  keyKind(request: SuspectRequest): KeyKind | undefined
  readonly diagnose: Doctor
}

/** The first line in which two texts differ; undefined for equal ones. */
export function firstDifference(signed: string, expected: string): Difference | undefined {
  const ours = expected.split('\n')
  const theirs = signed.split('\n')
  const lines = Math.max(ours.length, theirs.length)
  for (let i = 0; i < lines; i++) {
    if (ours[i] === theirs[i]) continue
    return { line: i + 1, signed: theirs[i] ?? '', expected: ours[i] ?? '' }
  }
  return undefined
}

/** Splits a request pasted as text: the request line, headers, a blank line, the body. */
export function parseSuspect(text: string): SuspectRequest | undefined {
  const [head = '', ...rest] = text.replaceAll('\r\n', '\n').split('\n\n')
  const [first = '', ...lines] = head.split('\n')
  const line = /^([A-Z]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/.exec(first.trim())
  if (line === null) return undefined
  const headers = lines.flatMap((header) => {
    const colon = header.indexOf(':')
    if (colon < 1) return []
    return [[header.slice(0, colon).trim(), header.slice(colon + 1).replace(/^ /, '')] as const]
  })
  return { method: line[1]!, target: line[2]!, headers, body: rest.join('\n\n') }
}

/** Value of a header by its name in any case; the first one counts. */
export function suspectHeader({ headers }: SuspectRequest, name: string): string | undefined {
  return headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1]
}
