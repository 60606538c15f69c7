/** What an attempt sends to a vendor, and how the reply to it is read. */
import { type AttemptTokens, NO_DAY } from '../../domain/attempt-token.ts'
import {
  type VendorAsk,
  type VendorOccasion,
  type VendorReading,
  type VendorReply,
  type VendorRequest,
  withoutEcho,
} from '../../protocols/vendor-client.ts'
import type { AskingCall, Question, SealedQuestion } from '../source.ts'
import type { UpstreamSettings } from './settings.ts'

/** A question that somebody pays for. */
export type PaidQuestion = Question & { readonly call: AskingCall }

/** What any question tells without its elements. */
export type Asked = Pick<PaidQuestion, 'product' | 'call'>

export interface Errand {
  readonly request: VendorRequest | Promise<VendorRequest>
  readonly read: (reply: VendorReply) => VendorReading
  /** The same for equal questions, and for no others. */
  readonly token: string
}

/** Of whom is asked, and what an occasion of asking takes beside the question. */
export type ErrandParts = Pick<UpstreamSettings, 'vendor' | 'credential'> &
  Pick<VendorOccasion, 'host' | 'nowMs' | 'random'>

/** Asks about elements. */
export function askingErrand(
  parts: ErrandParts,
  question: PaidQuestion,
  tokens: AttemptTokens,
): Errand {
  const { vendor } = parts
  const { product, elements } = question
  const ask: VendorAsk = { ...occasionOf(parts, question), elements }
  return {
    request: vendor.request(ask),
    read: (reply) => withoutEcho(vendor.read(reply, ask), elements),
    token: tokens.tuple(product, elements, '', NO_DAY),
  }
}

/** Hands on a message that only the vendor can read; the vendor must be one that is passed on to. */
export function passingErrand(parts: ErrandParts, question: SealedQuestion): Errand {
  const passOn = parts.vendor.passOn!
  const occasion = occasionOf(parts, question)
  return {
    request: passOn.request(question.sealed, occasion),
    read: (reply) => passOn.read(reply, occasion),
    token: occasion.requestId,
  }
}

function occasionOf(
  { credential, host, nowMs, random }: ErrandParts,
  { product, call }: Asked,
): VendorOccasion {
  return { product, credential, requestId: call.requestId, nowMs, host, random }
}
