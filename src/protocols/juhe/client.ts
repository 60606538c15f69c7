/**
 * The client half of 聚合 `verifybankcard4`: a form with the key among the elements; the reply echoes
 * the elements, so one that was meant for another question can be told.
 */
import { objectIn, type ReplyObject, replyObject, textIn } from '../reply-json.ts'
import { type ClearVendorClient, readingOf, strange, type VendorAsk } from '../vendor-client.ts'
import { ERRORS, RESULTS, SUCCESS } from './client-catalogue.ts'

/** The platform masks what it echoes with these. */
const MASK = '*'

export const juhe: ClearVendorClient = {
  name: 'juhe',
  endpoint: 'https://v.juhe.cn',
  credentials: ['direct'],
  products: ['card4'],
  codes: { 'result.res': RESULTS, error_code: ERRORS },

  request(ask) {
    const parameters = {
      key: ask.credential.secret.reveal(),
      ...elementsOf(ask),
      uorderid: ask.requestId.replaceAll('-', ''),
    }
    return {
      method: 'POST',
      target: '/verifybankcard4/query',
      headers: [
        'Content-Type',
        'application/x-www-form-urlencoded; charset=UTF-8',
        'Accept',
        'application/json',
      ],
      body: new URLSearchParams(parameters).toString(),
    }
  },

  read(reply, ask) {
    if (reply.status !== 200) return strange('failed')
    const envelope = replyObject(reply.body)
    const code = textIn(envelope, 'error_code')
    if (code === undefined) return strange('reply_unreadable')
    if (code !== SUCCESS) return readingOf(ERRORS, code)
    const result = objectIn(envelope?.result)
    const res = textIn(result, 'res')
    if (result === undefined || res === undefined) return strange('reply_unreadable')
    if (!echoes(result, elementsOf(ask))) return strange('reply_foreign')
    return readingOf(RESULTS, res, textIn(result, 'jobid'))
  },
}

function elementsOf({ elements }: VendorAsk): Record<string, string> {
  return {
    realname: elements.name!.reveal(),
    idcard: elements.idNumber!.reveal(),
    bankcard: elements.cardNumber!.reveal(),
    mobile: elements.mobile!.reveal(),
  }
}

/** Whether what is legible of the echo is what we sent; how much is legible is the vendor's choice. */
function echoes(result: ReplyObject, sent: Record<string, string>): boolean {
  return Object.entries(sent).every(([name, value]) => {
    const echo = textIn(result, name)
    if (echo === undefined || echo.includes(MASK)) return sameEnds(echo ?? '', value)
    return echo === '' || echo === value
  })
}

/** Whether the legible ends of a masked text are those of a value. */
function sameEnds(masked: string, value: string): boolean {
  const first = masked.indexOf(MASK)
  if (first === -1) return true
  const tail = masked.slice(masked.lastIndexOf(MASK) + 1)
  return value.startsWith(masked.slice(0, first)) && value.endsWith(tail)
}
