/** The client half of 四川涪擎 `bankCheck4New`: elements in the query of a GET, one status in reply. */
import { appCodeHeader, GATEWAY_CODES, readGateway } from '../market-gateway.ts'
import { replyObject, textIn } from '../reply-json.ts'
import { type ClearVendorClient, readingOf, strange, type VendorAsk } from '../vendor-client.ts'
import { STATUSES } from './client-catalogue.ts'

export const fuqing: ClearVendorClient = {
  name: 'fuqing',
  endpoint: 'https://bcard3and4.market.alicloudapi.com',
  credentials: ['appcode'],
  products: ['card4'],
  codes: { status: STATUSES, ...GATEWAY_CODES },

  request(ask) {
    return {
      method: 'GET',
      target: `/bankCheck4New?${new URLSearchParams(parametersOf(ask))}`,
      headers: [...appCodeHeader(ask), 'Accept', 'application/json'],
      body: '',
    }
  },

  read(reply) {
    const gateway = readGateway(reply)
    if (gateway !== undefined) return gateway
    const envelope = replyObject(reply.body)
    const status = textIn(envelope, 'status')
    if (status === undefined) return strange('reply_unreadable')
    return readingOf(STATUSES, status, textIn(envelope, 'traceId'))
  },
}

function parametersOf({ elements }: VendorAsk): Record<string, string> {
  return {
    accountNo: elements.cardNumber!.reveal(),
    idCard: elements.idNumber!.reveal(),
    mobile: elements.mobile!.reveal(),
    name: elements.name!.reveal(),
  }
}
