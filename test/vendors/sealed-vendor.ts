/** A Tencent on this machine that opens what was encrypted for it, and keeps what it was sent. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { Elements } from '../../src/domain/elements.ts'
import { type Fault, isFault } from '../../src/domain/fault.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import { Secret } from '../../src/domain/secret.ts'
import type { CallNames, WireReply, WireRequest } from '../../src/protocols/protocol.ts'
import { createTencent } from '../../src/protocols/tencent/index.ts'
import { TestVault, VECTOR_KEYS } from '../../src/protocols/tencent/test-vault.ts'
import { keyOf } from '../../src/protocols/test-vendor.ts'
import type { VendorCredential } from '../../src/protocols/vendor-client.ts'

export const SEALED_VENDOR_CREDENTIAL: VendorCredential = {
  kind: 'tencent',
  id: 'AKIDsealedEXAMPLE',
  secret: new Secret('sealedSecretEXAMPLE'),
}

export interface SealedVendor {
  readonly port: number
  /** Bodies of the calls that were signed with our credential, byte for byte. */
  readonly bodies: Buffer[]
  /** Elements of those that it could open. */
  readonly opened: Elements[]
  /** What it finds; `hang_up` takes the call and never answers. */
  finding: Outcome | Fault | 'hang_up'
  close(): void
}

/** Opens the vendor on a free port; its private keys are those of the captured payloads. */
export async function openSealedVendor(): Promise<SealedVendor> {
  const face = createTencent()
  const vault = new TestVault(VECTOR_KEYS)
  const key = keyOf(SEALED_VENDOR_CREDENTIAL)

  async function answer(request: WireRequest, names: CallNames): Promise<WireReply | undefined> {
    const refuse = (fault: Fault) => face.writeFault(request, fault, names)
    const call = face.read(request)
    if (isFault(call)) return refuse(call)
    const denied = call.authenticate(key, names.atMs)
    if (denied !== undefined) return refuse(denied)
    vendor.bodies.push(request.body)
    const decoded = call.decode()
    const elements = isFault(decoded)
      ? decoded
      : ((await call.decrypt?.(vault, key, names.atMs)) ?? decoded)
    if (isFault(elements)) return refuse(elements)
    vendor.opened.push(elements)
    const { finding } = vendor
    if (finding === 'hang_up') return undefined
    if (typeof finding !== 'string') return refuse(finding)
    return face.writeAnswer(request, face.answer(call, finding, names), names)
  }

  const server = createServer(async (incoming, response) => {
    const names = { serial: 1, atMs: Date.now(), requestId: randomUUID(), sequenceCode: '00000001' }
    const request: WireRequest = {
      method: incoming.method ?? '',
      target: incoming.url ?? '',
      path: incoming.url ?? '',
      query: '',
      rawHeaders: incoming.rawHeaders,
      body: await buffer(incoming),
      bodyTooLarge: false,
      remoteAddress: incoming.socket.remoteAddress ?? '',
      secure: false,
    }
    const reply = await answer(request, names)
    if (reply === undefined) incoming.socket.destroy()
    else response.writeHead(reply.status, [...reply.headers]).end(reply.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const vendor: SealedVendor = {
    port: (server.address() as AddressInfo).port,
    bodies: [],
    opened: [],
    finding: 'match',
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
  return vendor
}
