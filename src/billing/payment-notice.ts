/**
 * A notice of a payment provider that an order was paid: what it says, and what becomes of it. It is
 * signed (`domain/signed-body.ts`), may come any number of times, and counts once by the
 * provider's own number of the payment.
 */

import { isFormRefusal, readForm } from '../config/form.ts'
import type { Secret } from '../domain/secret.ts'
import { judgeBody, type SignatureRefusal, type SignedBody } from '../domain/signed-body.ts'
import { NOTICE_FORM } from './forms.ts'
import type { Order, OrderRefusal } from './order.ts'

/** A message as it arrived, and whose it claims to be. */
export interface SignedNotice extends SignedBody {
  readonly provider: string
}

export interface PaymentNotice {
  readonly orderId: string
  /** The provider's own number of the payment. */
  readonly paymentId: string
  readonly amountFen: number
}

/**
 * What became of a notice: `paid`, or why the money is not what an order waits for (it is then the
 * operator who must look), or why the message is not believed.
 */
export type NoticeResult = 'paid' | OrderRefusal | NoticeRefusal

/** A message that is not believed, or not understood; nothing of it is kept. */
export type NoticeRefusal =
  | SignatureRefusal
  | 'provider_unknown'
  | 'notice_malformed'
  | 'notice_changed'

const BODY_LENGTH_MAX = 65_536

/** Reads a message that claims to be of the owner of `secret`. */
export function readNotice(
  secret: Secret,
  message: SignedBody,
  nowMs: number,
): PaymentNotice | NoticeRefusal {
  if (message.body.length > BODY_LENGTH_MAX) return 'notice_malformed'
  const refusal = judgeBody(secret, message, nowMs)
  if (refusal !== undefined) return refusal
  const notice = readForm(NOTICE_FORM, parse(message.body))
  return isFormRefusal(notice) ? 'notice_malformed' : notice
}

/** Why a believed notice does not pay an order, as far as the order itself decides. */
export function judgeNotice(
  notice: PaymentNotice,
  order: Order | undefined,
): OrderRefusal | undefined {
  if (order === undefined) return 'order_unknown'
  return notice.amountFen === order.amountFen ? undefined : 'amount_mismatch'
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
