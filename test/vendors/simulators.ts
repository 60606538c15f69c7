/**
 * Vendors on this machine: two made of our own server halves, three small ones written from the
 * vendors' documents. Each counts what it was asked and what it would put on its bill.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Elements } from '../../src/domain/elements.ts'
import { type Fault, isFault } from '../../src/domain/fault.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { Secret } from '../../src/domain/secret.ts'
import { createAliyun } from '../../src/protocols/aliyun/index.ts'
import type { Protocol, WireReply, WireRequest } from '../../src/protocols/protocol.ts'
import { createTencent } from '../../src/protocols/tencent/index.ts'
import { keyOf } from '../../src/protocols/test-vendor.ts'
import type { VendorClient, VendorCredential } from '../../src/protocols/vendor-client.ts'
import * as VENDORS from '../../src/protocols/vendors.ts'

export type VendorName = keyof typeof VENDORS

/** What a vendor finds about elements, or why it refuses. */
export type Script = (cardNumber: string, mobile: string) => Outcome | Fault

export interface Simulator {
  readonly vendor: VendorClient
  readonly credential: VendorCredential
  readonly url: string
  readonly port: number
  /** Verdicts asked for, and those of them that cost. */
  readonly bill: {
    asked: number
    paid: number
    /** Each paid call by our name of it where the vendor takes one, else by the vendor's own. */
    readonly lines: string[]
  }
  /** What it finds; a test may change it. */
  script: Script
  close(): void
}

const CLIENTS: ReadonlyMap<string, VendorClient> = new Map(Object.entries(VENDORS))

interface Answer {
  readonly reply: WireReply
  readonly asked: boolean
  readonly paid: boolean
}

type Answering = (request: WireRequest, script: Script, nowMs: number) => Answer

const CREDENTIALS: Readonly<Record<VendorName, VendorCredential>> = {
  tencent: { kind: 'tencent', id: 'AKIDvendorEXAMPLE', secret: new Secret('vendorSecretEXAMPLE') },
  aliyun: { kind: 'appcode', id: '', secret: new Secret('vendorappcodeexample') },
  shumai: { kind: 'appcode', id: '', secret: new Secret('shumaiappcodeexample') },
  fuqing: { kind: 'appcode', id: '', secret: new Secret('fuqingappcodeexample') },
  juhe: { kind: 'direct', id: '', secret: new Secret('juhekeyexample') },
}

const ANSWERING: Readonly<Record<VendorName, Answering>> = {
  tencent: byServerHalf(createTencent({ resultEdition: '2025-06' }), CREDENTIALS.tencent),
  aliyun: byServerHalf(createAliyun(), CREDENTIALS.aliyun),
  shumai(request, script) {
    const form = new URLSearchParams(request.body.toString())
    const found = script(form.get('bankcard') ?? '', form.get('mobile') ?? '')
    if (!hasAppCode(request, 'shumai') || isFault(found)) return gatewayRefusal()
    const results: { readonly [O in Outcome]?: number } = {
      match: 0,
      mismatch: 1,
      card_abnormal: 2,
    }
    const data = { order_no: orderNumber(), result: results[found] ?? 3, msg: '', desc: '' }
    const body = { msg: '成功', success: true, code: 200, data }
    return { reply: json(body), asked: true, paid: data.result < 2 }
  },
  fuqing(request, script) {
    const query = new URLSearchParams(request.query)
    const found = script(query.get('accountNo') ?? '', query.get('mobile') ?? '')
    if (!hasAppCode(request, 'fuqing') || isFault(found)) return gatewayRefusal()
    const statuses: { readonly [O in Outcome]?: string } = {
      match: '01',
      mismatch: '02',
      card_lost: '09',
      attempts_exceeded: '203',
    }
    const status = statuses[found] ?? '9999'
    const body = { status, msg: '', traceId: orderNumber() }
    return { reply: json(body), asked: true, paid: status === '01' || status === '02' }
  },
  juhe(request, script) {
    const form = new URLSearchParams(request.body.toString())
    const found = script(form.get('bankcard') ?? '', form.get('mobile') ?? '')
    if (form.get('key') !== CREDENTIALS.juhe.secret.reveal() || isFault(found)) {
      const refusal = { reason: '错误的请求KEY', result: null, error_code: 10001 }
      return { reply: json(refusal), asked: false, paid: false }
    }
    const res = found === 'match' ? '1' : '2'
    const result = { jobid: `JH${orderNumber()}`, bankcard: form.get('bankcard'), res, message: '' }
    return { reply: json({ reason: '成功', result, error_code: 0 }), asked: true, paid: true }
  },
}

export interface SimulatorWish {
  readonly script?: Script
  readonly certificate?: string
  /** Its clock; the machine's by default. */
  readonly nowMs?: () => number
}

/** Opens a vendor on a free port; over TLS with the certificate of that name. */
export async function simulate(
  name: VendorName,
  { script = () => 'match', certificate, nowMs = Date.now }: SimulatorWish = {},
): Promise<Simulator> {
  const bill: Simulator['bill'] = { asked: 0, paid: 0, lines: [] }
  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    // Of a request that is cut on its way a vendor sees nothing.
    const request = await received(incoming).catch(() => undefined)
    if (request === undefined) return
    const { reply, asked, paid } = ANSWERING[name](request, simulator.script, nowMs())
    if (asked) bill.asked++
    if (paid) bill.paid++
    if (paid) bill.lines.push(nameOf(request, reply))
    const body = Buffer.from(reply.body)
    const headers = [...reply.headers, 'Content-Length', String(body.length)]
    response.writeHead(reply.status, headers).end(body)
  }
  const server =
    certificate === undefined ? createServer(serve) : createTlsServer(tls(certificate), serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const simulator: Simulator = {
    vendor: CLIENTS.get(name)!,
    credential: CREDENTIALS[name],
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    bill,
    script,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return simulator
}

const OWN_NAME = /"(?:RequestId|seqNo|order_no|traceId|jobid)":"([^"]+)"/

function nameOf({ rawHeaders }: WireRequest, { body }: WireReply): string {
  const at = rawHeaders.findIndex((header) => header.toLowerCase() === 'x-tc-traceid')
  return at === -1 ? (OWN_NAME.exec(body)?.[1] ?? '') : rawHeaders[at + 1]!
}

/** The certificate of the authority that a client has to trust. */
export const AUTHORITY: string = pem('ca.pem')

function tls(certificate: string) {
  return { key: pem('server.key'), cert: pem(`${certificate}.pem`) }
}

function pem(file: string): string {
  return readFileSync(join(import.meta.dirname, 'tls', file), 'utf8')
}

function byServerHalf(protocol: Protocol, credential: VendorCredential): Answering {
  let serial = 0
  return (request, script, nowMs) => {
    serial++
    const sequenceCode = serial.toString(36).toUpperCase().padStart(8, '0')
    const names = { serial, atMs: nowMs, requestId: randomUUID(), sequenceCode }
    const refuse = (fault: Fault) => {
      return { reply: protocol.writeFault(request, fault, names), asked: false, paid: false }
    }
    const call = protocol.read(request)
    if (isFault(call)) return refuse(call)
    const denied = call.authenticate(keyOf(credential), nowMs)
    if (denied !== undefined) return refuse(denied)
    const elements: Elements | Fault = call.decode()
    if (isFault(elements)) return refuse(elements)
    const { cardNumber, mobile } = elements
    const found = script(cardNumber?.reveal() ?? '', mobile?.reveal() ?? '')
    if (isFault(found)) return refuse(found)
    const body = protocol.answer(call, found, names)
    const reply = protocol.writeAnswer(request, body, names)
    const table = protocol.charges.find(({ api }) => api === call.api)
    return { reply, asked: true, paid: table?.charged.has(found) === true }
  }
}

async function received(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const [path = '', query = ''] = (incoming.url ?? '').split('?')
  return {
    method: incoming.method ?? '',
    target: incoming.url ?? '',
    path,
    query,
    rawHeaders: incoming.rawHeaders,
    body: Buffer.concat(chunks),
    bodyTooLarge: false,
    remoteAddress: incoming.socket.remoteAddress ?? '',
    secure: false,
  }
}

function hasAppCode({ rawHeaders }: WireRequest, name: VendorName): boolean {
  const at = rawHeaders.findIndex((header) => header.toLowerCase() === 'authorization')
  return rawHeaders[at + 1] === `APPCODE ${CREDENTIALS[name].secret.reveal()}`
}

function gatewayRefusal(): Answer {
  const headers = [
    'X-Ca-Error-Code',
    'A400AC',
    'X-Ca-Error-Message',
    'Invalid AppCode `not exists`',
  ]
  return { reply: { status: 400, headers, body: '' }, asked: false, paid: false }
}

function json(body: object): WireReply {
  const headers = ['Content-Type', 'application/json;charset=UTF-8']
  return { status: 200, headers, body: JSON.stringify(body) }
}

function orderNumber(): string {
  return randomUUID().replaceAll('-', '')
}
