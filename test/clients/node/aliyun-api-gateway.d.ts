/** The part of `aliyun-api-gateway`, which ships no types, that its conformance client uses. */
declare module 'aliyun-api-gateway' {
  interface CallOptions {
    headers: Record<string, string>
    data: Record<string, unknown>
  }

  interface VerificationReply {
    code: string
    message: string
    data: { state: string } | null
    seqNo: string
  }

  /** Thrown for every status that is not 2xx. */
  export interface GatewayError extends Error {
    code: number
    data?: { headers: Record<string, string> }
  }

  export class SimpleClient {
    constructor(appCode: string)
    post(url: string, options: CallOptions): Promise<VerificationReply>
  }

  export class Client {
    constructor(appKey: string, appSecret: string)
    post(url: string, options: CallOptions): Promise<VerificationReply>
  }
}
