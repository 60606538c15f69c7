/** The listener over TLS: both versions of HTTP, the policy of unsigned bodies, a renewed certificate. */
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SANDBOX_KEYS } from '../src/accounts/sandbox-keys.ts'
import { ConfigError, readConfig } from '../src/config/config.ts'
import type { Running } from '../src/main.ts'
import type { WireRequest } from '../src/protocols/protocol.ts'
import { Certificate } from '../src/server/certificate.ts'
import { listen } from '../src/server/http.ts'
import { Place } from './support/service.ts'
import { SANDBOX_TENCENT_KEY, tc3Headers } from './support/tencent-signer.ts'

const run = promisify(execFile)
const SAMPLE = JSON.stringify({
  Name: '韦小宝',
  BankCard: '6225768888888888',
  Phone: '16137688175',
  IdCard: '11204416541220243X',
})
const FORM = 'acc_no=6299990000000009&idcard=110101199003071022&mobile=13800138000&name=x'

const place = new Place()
const files = { cert: join(place.directory, 'cert.pem'), key: join(place.directory, 'key.pem') }
const variables = { KAYAN_TLS_CERT_FILE: files.cert, KAYAN_TLS_KEY_FILE: files.key }
let kayan: Running
let host: string
let session: ClientHttp2Session

beforeAll(async () => {
  certify('first', files)
  kayan = await place.serve(variables)
  host = new URL(kayan.url).host
  session = connectHttp2(kayan.url, { rejectUnauthorized: false })
})
afterAll(async () => {
  session.close()
  await kayan.stop('test')
  place.remove()
})

/** Makes a self-signed certificate. */
function certify(name: string, { cert, key }: typeof files): void {
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'].concat([
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    ]),
    { stdio: 'ignore' },
  )
}

interface Reply {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly body: string
}

/** One request over HTTP/2, which has an authority and no Host. */
async function ask(headers: Record<string, string>, body: string | Buffer): Promise<Reply> {
  const { Host: authority = host, ...others } = headers
  const stream = session.request({ ':method': 'POST', ':authority': authority, ...others })
  stream.on('error', () => {})
  stream.end(body)
  const [answered] = await once(stream, 'response')
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return { status: answered[':status'], headers: answered, body: Buffer.concat(chunks).toString() }
}

const nowS = () => Math.floor(Date.now() / 1_000)
const lowered = (headers: Record<string, string>) => {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name === 'Host' ? name : name.toLowerCase(),
      value,
    ]),
  )
}

test('the address is https, and a signed call over HTTP/2 is answered by its authority', async () => {
  expect(kayan.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
  const headers = tc3Headers(SANDBOX_TENCENT_KEY, host, SAMPLE, nowS())
  const reply = await ask(lowered({ ...headers, ':path': '/', 'X-TC-TraceId': 'trace-1' }), SAMPLE)
  expect(JSON.parse(reply.body).Response.Result).toBe('0')
  expect(reply.headers).toMatchObject({
    'content-type': 'application/json',
    'x-tc-traceid': 'trace-1',
  })
})

test('the Aliyun face answers over HTTP/2, and refuses in its own words', async () => {
  const path = { ':path': '/communication/personal/1887' }
  const authorization = `APPCODE ${SANDBOX_KEYS.appcode.credential}`
  const reply = await ask({ ...path, authorization }, FORM)
  expect(JSON.parse(reply.body).code).toBe('10000')
  const refused = await ask({ ...path, authorization: 'APPCODE unknown' }, FORM)
  expect([refused.status, refused.headers['x-ca-error-code']]).toEqual([400, 'A400AC'])
})

test('what comes over TLS is known as such, in both versions, with the authority as its host', async () => {
  const seen: WireRequest[] = []
  const certificate = new Certificate({ certFile: files.cert, keyFile: files.key })
  const { limits } = readConfig({})
  const server = await listen(
    { host: '127.0.0.1', port: 0, limits, certificate },
    async (request) => {
      seen.push(request)
      return { reply: { status: 200, headers: [], body: '' } }
    },
  )
  for (const version of ['--http1.1', '--http2'])
    await run('curl', ['-sk', version, `${server.url}/a?b`])
  await server.drain(1_000)
  expect(seen.map(({ secure, path, query }) => [secure, path, query])).toEqual(
    Array.from({ length: 2 }, () => [true, '/a', 'b']),
  )
  expect(seen[1]?.rawHeaders.slice(0, 2)).toEqual([':authority', new URL(server.url).host])
  expect(seen[1]?.rawHeaders.filter((name) => /^:(?!authority)/.test(name))).toEqual([])
})

test('a body over the limit is refused over HTTP/2 and the next request answered', async () => {
  const headers = lowered({
    ...tc3Headers(SANDBOX_TENCENT_KEY, host, SAMPLE, nowS()),
    ':path': '/',
  })
  const { body } = await ask(headers, Buffer.alloc(65_537, 'a'))
  expect(JSON.parse(body).Response.Error.Code).toBe('RequestSizeLimitExceeded')
  const next = await ask(
    lowered({ ...tc3Headers(SANDBOX_TENCENT_KEY, host, SAMPLE, nowS()), ':path': '/' }),
    SAMPLE,
  )
  expect(JSON.parse(next.body).Response.Result).toBe('0')
})

test('a host beside the authority that is another one gets a bare 400', async () => {
  const reply = await ask({ ':path': '/', host: 'elsewhere' }, SAMPLE)
  expect([reply.status, reply.body]).toEqual([400, ''])
})

test.for(['--http1.1', '--http2'])('curl %s is answered', async (version) => {
  const { stdout } = await run(
    'curl',
    ['-sk', version, '-w', ' %{http_version}', `${kayan.url}/communication/personal/1887`].concat([
      '-H',
      `Authorization: APPCODE ${SANDBOX_KEYS.appcode.credential}`,
      '-d',
      FORM,
    ]),
  )
  expect(stdout).toContain('"code":"10000"')
  expect(stdout).toMatch(version === '--http2' ? / 2$/ : / 1\.1$/)
})

test('versions of TLS before 1.2 are refused', async () => {
  const { port } = new URL(kayan.url)
  const socket = connectTls({
    port: Number(port),
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  })
  const [error] = await once(socket, 'error')
  expect(error.code).toMatch(/^ERR_SSL/)
})

/** The name in the certificate that a new connection is shown. */
async function shownName(): Promise<unknown> {
  const { port } = new URL(kayan.url)
  const socket = connectTls({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { CN } = socket.getPeerCertificate().subject
  socket.destroy()
  return CN
}

test('a renewed certificate is shown to new connections, and one that is none changes nothing', async () => {
  expect(await shownName()).toBe('first')
  copyFileSync(files.key, files.cert)
  const renewed = { cert: `${files.cert}.new`, key: `${files.key}.new` }
  certify('second', renewed)
  expect(await shownName()).toBe('first')
  copyFileSync(renewed.key, files.key)
  copyFileSync(renewed.cert, files.cert)
  await expect.poll(shownName, { timeout: 5_000 }).toBe('second')
})

test('a certificate and a key that do not belong together stop the start', async () => {
  const cert = join(place.directory, 'other.pem')
  certify('other', { cert, key: `${cert}.key` })
  const other = new Place()
  const started = other.serve({ ...variables, KAYAN_TLS_CERT_FILE: cert })
  await expect(started).rejects.toBeInstanceOf(ConfigError)
  await expect(started).rejects.toMatchObject({ code: 'not_a_certificate' })
  other.remove()
})

test('a drain ends the sessions of HTTP/2 after what is under way', async () => {
  const other = new Place()
  const draining = await other.serve(variables)
  const client = connectHttp2(draining.url, { rejectUnauthorized: false })
  await once(client, 'connect')
  const closed = once(client, 'close')
  await draining.stop('test')
  await closed
  expect(client.destroyed).toBe(true)
  other.remove()
})
