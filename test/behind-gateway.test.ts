/** The service as the backend of the Aliyun API gateway, over the wire. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import type { Running } from '../src/main.ts'
import { RIGHT_PARAMETERS } from '../src/protocols/aliyun/provocations.ts'
import { httpCall } from './support/http-call.ts'
import { Place } from './support/service.ts'

const PATH = '/communication/personal/1887'
const REQUEST_ID = '7AD052CB-EE8B-4DFD-BBAF-EFB340E0A5AF'
const { credential: SECRET_ID, secret: SECRET } = SANDBOX_KEYS.appkey
const place = new Place()
let kayan: Running

beforeAll(async () => {
  kayan = await place.serve({ KAYAN_ALIYUN_PROXY_SIGNATURE: 'required' })
})
afterAll(async () => {
  await kayan.stop('test')
  place.remove()
})

/** The documented sample as the gateway passes it on, or as whoever goes round it sends it. */
function ask(headers: Record<string, string>) {
  return httpCall(kayan.url, {
    path: PATH,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'X-Ca-Request-Id': REQUEST_ID,
      ...headers,
    },
    body: new URLSearchParams(RIGHT_PARAMETERS).toString(),
  })
}

function signedBy(secret: string, id: string = SECRET_ID): Record<string, string> {
  const pairs = Object.entries(RIGHT_PARAMETERS).map(([name, value]) => `${name}=${value}`)
  const text = `POST\n\nx-ca-request-id:${REQUEST_ID}\n${PATH}?${pairs.sort().join('&')}`
  return {
    'X-Ca-Proxy-Signature': createHmac('sha256', secret).update(text).digest('base64'),
    'X-Ca-Proxy-Signature-Headers': 'X-Ca-Request-Id',
    'X-Ca-Proxy-Signature-Secret-Key': id,
  }
}

test('a call that the gateway signed is answered under the gateway’s own id', async () => {
  const reply = await ask(signedBy(SECRET))
  expect(reply.status).toBe(200)
  expect(JSON.parse(reply.body)).toMatchObject({ code: '10000', data: { state: '1' } })
  expect(reply.rawHeaders).toContain(REQUEST_ID)
})

test.each([
  ['no signature', { Authorization: `APPCODE ${SANDBOX_KEYS.appcode.credential}` }],
  ['a signature by another secret', signedBy('another')],
  ['an unknown secret', signedBy(SECRET, 'nobody')],
])('a call with %s is refused with 403 and no body', async (_, headers) => {
  const reply = await ask(headers)
  expect(reply.status).toBe(403)
  expect(reply.body).toBe('')
  expect(reply.rawHeaders).toContain(REQUEST_ID)
})
