/** Drives `tencentcloud-sdk-nodejs` as an application does: only the endpoint is changed. */
import { createRequire } from 'node:module'
import { Client } from 'tencentcloud-sdk-nodejs/tencentcloud/services/faceid/v20180301/faceid_client.js'
import type { Order } from '../protocol.ts'
import { type Reading, serveOrders } from './orders.ts'

const { name, version } = createRequire(import.meta.url)('tencentcloud-sdk-nodejs/package.json')

/** The fields of TencentCloudSDKHttpException that applications read. */
interface SdkError extends Error {
  readonly code: string
  readonly requestId: string
}

await serveOrders({ client: name, version }, verify)

async function verify(order: Order): Promise<Reading> {
  const client = new Client({
    credential: { secretId: order.id, secretKey: order.secret },
    profile: {
      signMethod: order.signMethod as 'TC3-HMAC-SHA256',
      ...(order.language !== undefined && { language: order.language as 'zh-CN' }),
      httpProfile: {
        endpoint: order.endpoint,
        protocol: order.tls ? 'https://' : 'http://',
        reqMethod: order.verb,
      },
    },
  })
  try {
    // The case that lacks a parameter is as little of the SDK's type as an untyped application is.
    const reply = await client.BankCard4EVerification(order.parameters as never)
    return {
      result: reply.Result!,
      description: reply.Description!,
      requestId: reply.RequestId!,
    }
  } catch (error) {
    const { code, message, requestId } = error as SdkError
    return { error: { type: (error as Error).constructor.name, code, message, requestId } }
  }
}
