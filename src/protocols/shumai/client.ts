/** The client half of 数脉 `bankcard4c`: a form behind the market's gateway, one integer in reply. */
import { appCodeHeader, GATEWAY_CODES, readGateway } from '../market-gateway.ts'
import { objectIn, replyObject, textIn } from '../reply-json.ts'
import { type ClearVendorClient, readingOf, strange, type VendorAsk } from '../vendor-client.ts'
import { CODES, RESULTS, SUCCESS } from './client-catalogue.ts'

export const shumai: ClearVendorClient = {
  name: 'shumai',
  endpoint: 'https://bankcard4c.shumaidata.com',
  credentials: ['appcode'],
  products: ['card4'],
  codes: { 'data.result': RESULTS, code: CODES, ...GATEWAY_CODES },

  request(ask) {
    return {
      method: 'POST',
      target: '/bankcard4c',
      headers: [
        ...appCodeHeader(ask),
        'Content-Type',
        'application/x-www-form-urlencoded; charset=UTF-8',
        'Accept',
        'application/json',
      ],
      body: new URLSearchParams(parametersOf(ask)).toString(),
    }
  },

  read(reply) {
    const gateway = readGateway(reply)
    if (gateway !== undefined) return gateway
    const envelope = replyObject(reply.body)
    const code = textIn(envelope, 'code')
    if (code === undefined) return strange('reply_unreadable')
    if (code !== SUCCESS) return readingOf(CODES, code)
    const data = objectIn(envelope?.data)
    const result = textIn(data, 'result')
    if (result === undefined) return strange('reply_unreadable')
    return readingOf(RESULTS, result, textIn(data, 'order_no'))
  },
}

function parametersOf({ elements }: VendorAsk): Record<string, string> {
  return {
    name: elements.name!.reveal(),
    idcard: elements.idNumber!.reveal(),
    bankcard: elements.cardNumber!.reveal(),
    mobile: elements.mobile!.reveal(),
  }
}
