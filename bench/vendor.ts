/**
 * A vendor that answers at once, as a market API in its own form, and beside it the bare proxy before
 * such a vendor: what is left when a gateway does nothing. Prints the ports of both.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'

const [role, vendorPort] = process.argv.slice(2)

let calls = 0

const vendor = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    calls++
    const seqNo = calls.toString(36).padStart(12, '0')
    const data = '{"state":"1","desc":""}'
    const body = `{"code":"10000","message":"ok","data":${data},"seqNo":"${seqNo}"}`
    const length = String(Buffer.byteLength(body))
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', length])
    response.end(body)
  })
})

const agent = new Agent({ connections: 64, pipelining: 1 })

const proxy = createServer((incoming, response) => {
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.on('end', async () => {
    const reply = await agent.request({
      origin: `http://127.0.0.1:${vendorPort}`,
      path: '/communication/personal/1887',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.concat(chunks),
    })
    const body = await reply.body.text()
    const length = String(Buffer.byteLength(body))
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', length])
    response.end(body)
  })
})

const server = role === 'vendor' ? vendor : proxy
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
