/** The signature doctor, asked through the admin API: the exact fault of each request that is known to break. */
import { hash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import type { Running } from '../src/main.ts'
import type { SuspectRequest } from '../src/protocols/doctor.ts'
import { BODY, type Client, callerAt, QUERY } from '../src/protocols/tencent/doctor/test-client.ts'
import { Place } from './support/service.ts'

const HOST = '127.0.0.1:8080'
const NOW_S = Math.floor(Date.now() / 1000)
const DAY_S = 86_400

const place = new Place()
let running: Running

beforeAll(async () => {
  running = await place.serve()
})
afterAll(async () => {
  await running.stop('test')
  place.remove()
})

const { credential: secretId, secret } = SANDBOX_KEYS.tencent
const requestOf = callerAt({ host: HOST, secretId, secret, nowMs: NOW_S * 1000 })

/** What the client did wrong, and what the doctor has to call it. */
const BROKEN: readonly (readonly [mistake: string, fault: string, client: Client])[] = [
  ['wrong secret', 'secret_wrong', { secret: 'another' }],
  ['wrong host form', 'host_form', { signedHost: `http://${HOST}` }],
  [
    'body re-serialised',
    'body_reserialised',
    { signedBody: JSON.stringify(JSON.parse(BODY), null, 2) },
  ],
  ['clock', 'clock_off', { timestamp: NOW_S - 3_600 }],
  ['header missing', 'header_missing', { leftOut: 'X-TC-Timestamp' }],
  [
    'sorted params',
    'query_sorted',
    { query: QUERY, signedQuery: QUERY.split('&').toSorted().join('&') },
  ],
  ['newline', 'lines', { newline: '\r\n' }],
  ['encoding', 'body_encoding', { signedBody: BODY.replace('韦小宝', '\\u97e6\\u5c0f\\u5b9d') }],
  ['wrong date', 'date_wrong', { date: dayOf(NOW_S + DAY_S) }],
  ['wrong service', 'service_other', { keyService: 'cvm' }],
  ['payload hash', 'payload_hash', { payloadHash: hash('sha256', '') }],
]

test.each(BROKEN)('%s is called %s', async (_mistake, fault, client) => {
  const { diagnosis, text } = await examined(printed(requestOf(client)))
  expect(diagnosis.fault).toBe(fault)
  expect(diagnosis.explanation.zh).toMatch(/\p{Script=Han}/u)
  expect(diagnosis.explanation.en).toMatch(/[a-z]{4}/)
  expect(text).not.toContain(secret)
})

test('AppCode space is called appcode_blank', async () => {
  const head = 'POST /communication/personal/1887 HTTP/1.1'
  const request = `${head}\nAuthorization: APPCODE${SANDBOX_KEYS.appcode.secret}\n\n`
  expect((await examined(request)).diagnosis.fault).toBe('appcode_blank')
})

test('the same request without a mistake verifies', async () => {
  expect((await examined(printed(requestOf({})))).diagnosis.fault).toBe('verifies')
})

interface Diagnosis {
  readonly fault: string
  readonly explanation: { readonly zh: string; readonly en: string }
}

async function examined(request: string): Promise<{ diagnosis: Diagnosis; text: string }> {
  const reply = await fetch(`${running.url}/api/admin/doctor`, {
    method: 'POST',
    body: JSON.stringify({ request }),
  })
  const text = await reply.text()
  return { diagnosis: JSON.parse(text), text }
}

/** As a proxy prints it. */
function printed({ method, target, headers, body }: SuspectRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`)
  return [`${method} ${target} HTTP/1.1`, ...lines, '', body].join('\r\n')
}

function dayOf(atS: number): string {
  return new Date(atS * 1000).toISOString().slice(0, 10)
}
