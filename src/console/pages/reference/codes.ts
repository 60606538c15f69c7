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
export type Vendor = Code['vendor'] | ''

export interface Wanted {
  readonly words: string
  readonly vendor: Vendor
  readonly kind: Kind
}

/** The codes that fit; a whole code that was typed wins over words that merely contain it. */
export function found(codes: readonly Code[], { words, vendor, kind }: Wanted): readonly Code[] {
  const among = codes.filter((each) => {
    return (vendor === '' || each.vendor === vendor) && (kind === 'all' || kindOf(each) === kind)
  })
  const typed = words.trim().toLowerCase()
  const whole = among.filter(({ code }) => `${code.toLowerCase()} `.startsWith(`${typed} `))
  if (typed !== '' && whole.length > 0) return whole
  const parts = typed.split(/\s+/)
  return among.filter((each) => parts.every((part) => textOf(each).includes(part)))
}

function kindOf({ billable, apis }: Code): Kind {
  if (apis.length === 0) return 'refusal'
  return billable ? 'charged' : 'free'
}

function textOf({ code, text, names, apis }: Code): string {
  return [code, text.zh, text.en, ...names, ...apis].join(' ').toLowerCase()
}
