/**
 * Drives both clients of `aliyun-api-gateway`: SimpleClient with an AppCode, Client with a signature
 * by AppKey and AppSecret. Neither is told more than URL, credential and parameters.
 */
import { createRequire } from 'node:module'
import { Client, type GatewayError, SimpleClient } from 'aliyun-api-gateway'
import type { Order } from '../protocol.ts'
import { type Reading, serveOrders } from './orders.ts'

const { name, version } = createRequire(import.meta.url)('aliyun-api-gateway/package.json')

const CONTENT_TYPE = {
  form: 'application/x-www-form-urlencoded; charset=UTF-8',
  json: 'application/json; charset=UTF-8',
} as const

await serveOrders({ client: name, version }, verify)

async function verify(order: Order): Promise<Reading> {
  const client =
    order.secret === '' ? new SimpleClient(order.id) : new Client(order.id, order.secret)
  const url = `${order.endpoint}/communication/personal/1887`
  try {
    const reply = await client.post(url, {
      headers: { 'Content-Type': CONTENT_TYPE[order.body!] },
      data: { ...order.parameters },
    })
    return {
      result: reply.code,
      description: reply.message,
      ...(reply.data !== null && { state: reply.data.state }),
      requestId: reply.seqNo,
    }
  } catch (error) {
    const { code, message, data } = error as GatewayError
    return {
      error: {
        type: (error as Error).constructor.name,
        code: String(code),
        message,
        requestId: data?.headers['x-ca-request-id'] ?? '',
      },
    }
  }
}
