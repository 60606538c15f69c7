/** Runs the vendors' own curl calls, which stand as scripts beside this file, and reads the replies. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Reading, serveOrders } from '../node/orders.ts'
import type { Order } from '../protocol.ts'

interface Reply {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

await serveOrders({ client: 'curl' }, (order) => {
  if (order.mode.startsWith('APPCODE')) return aliyun(order)
  return order.verb === 'GET' ? tencentV1(order) : tencentTc3(order)
})

async function aliyun(order: Order): Promise<Reading> {
  const { status, headers, body } = await script('aliyun-appcode.sh', pairs(order), {
    ENDPOINT: order.endpoint,
    APP_CODE: order.id,
  })
  if (status === 200) {
    const { code, message, data, seqNo } = JSON.parse(body)
    return {
      result: code,
      description: message,
      ...(data !== null && { state: data.state }),
      requestId: seqNo,
    }
  }
  const header = (name: string) => headers.get(name) ?? ''
  return {
    error: {
      type: 'HTTP status',
      code: String(status),
      message: header('X-Ca-Error-Message'),
      requestId: header('X-Ca-Request-Id'),
    },
  }
}

async function tencentV1(order: Order): Promise<Reading> {
  const language = order.language === undefined ? [] : [`Language=${order.language}`]
  const reply = await script('tencent-v1-get.sh', [...pairs(order), ...language], {
    HOST: order.endpoint,
    SECRET_ID: order.id,
    SECRET_KEY: order.secret,
  })
  return tencentReading(reply)
}

async function tencentTc3(order: Order): Promise<Reading> {
  const reply = await script('tencent-tc3-post.sh', [], {
    ENDPOINT: `http://${order.endpoint}`,
    SECRET_ID: order.id,
    SECRET_KEY: order.secret,
    BODY: JSON.stringify(order.parameters),
    LANGUAGE_TAG: order.language ?? '',
  })
  return tencentReading(reply)
}

function tencentReading({ body }: Reply): Reading {
  const { Result, Description, Error: refused, RequestId } = JSON.parse(body).Response
  if (refused === undefined) {
    return { result: Result, description: Description, requestId: RequestId }
  }
  return {
    error: {
      type: 'Error member',
      code: refused.Code,
      message: refused.Message,
      requestId: RequestId,
    },
  }
}

function pairs({ parameters }: Order): string[] {
  return Object.entries(parameters).map(([name, value]) => `${name}=${value}`)
}

async function script(
  name: string,
  args: readonly string[],
  variables: Record<string, string>,
): Promise<Reply> {
  const { stdout } = await promisify(execFile)('bash', [join(import.meta.dirname, name), ...args], {
    env: { ...process.env, ...variables },
  })
  const end = stdout.indexOf('\r\n\r\n')
  const [statusLine = '', ...lines] = stdout.slice(0, end).split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(headers),
    body: stdout.slice(end + 4),
  }
}
