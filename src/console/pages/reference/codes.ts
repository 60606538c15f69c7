/** The codes of the reference, and which of them somebody looks for. */
import type { Bilingual } from '../explorer/catalogue.ts'

export interface Code {
  readonly vendor: 'tencent' | 'aliyun'
  readonly code: string
  readonly text: Bilingual
  readonly billable: boolean
  /** None of a refusal, which every API may answer. */
  readonly apis: readonly string[]
  /** None of a code that only the vendor answers. */
  readonly names: readonly string[]
  readonly concerns: string
}

export const KINDS = ['all', 'charged', 'free', 'refusal'] as const
export type Kind = (typeof KINDS)[number]

export interface Wanted {
  readonly words: string
  /** One API, whose vendor's refusals belong to it; empty for all. */
  readonly api: string
  readonly kind: Kind
}

/** The codes that fit; a whole code that was typed wins over words that merely contain it. */
export function found(codes: readonly Code[], { words, api, kind }: Wanted): readonly Code[] {
  const among = codes.filter((each) => {
    return (api === '' || isOf(api, each)) && (kind === 'all' || kindOf(each) === kind)
  })
  const typed = words.trim().toLowerCase()
  const whole = among.filter(({ code }) => `${code.toLowerCase()} `.startsWith(`${typed} `))
  if (typed !== '' && whole.length > 0) return whole
  const parts = typed.split(/\s+/)
  return among.filter((each) => parts.every((part) => textOf(each).includes(part)))
}

/** The APIs that codes belong to, by their full names. */
export function apisOf(codes: readonly Code[]): readonly string[] {
  return [...new Set(codes.flatMap(({ apis }) => apis))]
}

/** The name of an API at its vendor's. */
export function shortName(api: string): string {
  return api.slice(api.indexOf('.') + 1)
}

export function isRefusal({ apis }: Code): boolean {
  return apis.length === 0
}

function isOf(api: string, code: Code): boolean {
  return isRefusal(code) ? api.startsWith(`${code.vendor}.`) : code.apis.includes(api)
}

function kindOf(code: Code): Kind {
  if (isRefusal(code)) return 'refusal'
  return code.billable ? 'charged' : 'free'
}

function textOf({ code, text, names, apis }: Code): string {
  return [code, text.zh, text.en, ...names, ...apis].join(' ').toLowerCase()
}
