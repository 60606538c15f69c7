/** What a request's end is called, and what is never done: sent twice, followed, inflated uninvited. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import type { VendorRequest } from '../../protocols/vendor-client.ts'
import { HttpClient, type HttpOptions } from './http-client.ts'
import { UPSTREAM_LIMITS } from './settings.ts'

const REQUEST: VendorRequest = {
  method: 'POST',
  target: '/x?y=1',
  headers: ['X-A', 'b'],
  body: 'é',
}
const WAIT_MS = 5_000

/** A client of a server that answers so. */
async function clientOf(answer: RequestListener, wish: Partial<HttpOptions> = {}) {
  const seen: { method: string; url: string; headers: string[]; body: string }[] = []
  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming) body += String(chunk)
    const { method = '', url = '', rawHeaders: headers } = incoming
    seen.push({ method, url, headers, body })
    answer(incoming, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new HttpClient({ endpoint, gzips: false, limits: UPSTREAM_LIMITS, ...wish })
  onTestFinished(async () => {
    await client.close()
    server.closeAllConnections()
    server.close()
  })
  return { client, seen, server }
}

test('a request arrives as it was made, asking for no encoding, and its reply comes back as it was', async () => {
  const { client, seen } = await clientOf((_, response) => {
    response.writeHead(418, ['X-Name', 'v', 'X-Name', 'w']).end('tea')
  })
  const exchange = await client.send(REQUEST, WAIT_MS).answer
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/x?y=1', body: 'é' })
  expect(seen[0]?.headers.join('\n').toLowerCase()).toContain('accept-encoding\nidentity')
  if (exchange.phase !== 'replied') throw new Error(exchange.trouble)
  expect(exchange.reply.status).toBe(418)
  expect(exchange.reply.body.toString()).toBe('tea')
  expect(exchange.reply.headers.filter((part) => part === 'X-Name')).toHaveLength(2)
})

test('a redirection is a reply, not a way to go', async () => {
  const { client, seen } = await clientOf((_, response) => {
    response.writeHead(302, { Location: '/elsewhere' }).end()
  })
  expect(await client.send(REQUEST, WAIT_MS).answer).toMatchObject({ reply: { status: 302 } })
  expect(seen).toHaveLength(1)
})

const GET: VendorRequest = { ...REQUEST, method: 'GET', body: '' }

test.each([
  ['POST', REQUEST, 0],
  ['GET', GET, 0],
  ['GET on a kept connection', GET, 1],
])('a connection that breaks under a %s is not tried again by itself', async (_, request, kept) => {
  let answered = 0
  const { client, seen } = await clientOf((incoming, response) => {
    if (answered++ < kept) response.end('well')
    else incoming.socket.resetAndDestroy()
  })
  for (let n = 0; n < kept; n++) await client.send(request, WAIT_MS).answer
  expect(await client.send(request, WAIT_MS).answer).toEqual({ phase: 'sent', trouble: 'reset' })
  await sleep(50)
  expect(seen).toHaveLength(kept + 1)
})

test('two requests in one connection’s turn are each sent once, whatever becomes of the connection', async () => {
  const limits = { ...UPSTREAM_LIMITS, connectionsMax: 1 }
  const { client, seen } = await clientOf(
    (incoming, response) => {
      response.writeHead(200, { Connection: 'close', 'Content-Length': '4' }).write('well')
      incoming.socket.end()
    },
    { limits },
  )
  const flights = [client.send(GET, WAIT_MS), client.send(GET, WAIT_MS)]
  const phases = await Promise.all(flights.map(async ({ answer }) => (await answer).phase))
  expect(phases).toEqual(['replied', 'replied'])
  expect(seen).toHaveLength(2)
})

test('only a vendor known for it has its gzip inflated, and only up to the limit', async () => {
  const replies = [gzipSync('{"a":1}'), gzipSync(Buffer.alloc(1_000_000))]
  const answer =
    (whole: Buffer): RequestListener =>
    (_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(whole)
    }
  const inflating = await clientOf(answer(replies[0]!), { gzips: true })
  const exchange = await inflating.client.send(REQUEST, WAIT_MS).answer
  expect(exchange.phase === 'replied' && exchange.reply.body.toString()).toBe('{"a":1}')
  const refused = { phase: 'replying', trouble: 'encoded' }
  const bomb = await clientOf(answer(replies[1]!), { gzips: true })
  expect(await bomb.client.send(REQUEST, WAIT_MS).answer).toEqual(refused)
  const uninvited = await clientOf(answer(replies[0]!))
  expect(await uninvited.client.send(REQUEST, WAIT_MS).answer).toEqual(refused)
})

test('what is given up before it is sent is never sent', async () => {
  const limits = { ...UPSTREAM_LIMITS, connectionsMax: 1 }
  const { client, seen } = await clientOf(
    (_, response) => setTimeout(() => response.end('late'), 300),
    { limits },
  )
  const first = client.send(REQUEST, WAIT_MS)
  const second = client.send(REQUEST, 50)
  expect(await second.answer).toEqual({ phase: 'unreached', trouble: 'timed_out' })
  expect(await first.answer).toMatchObject({ phase: 'replied' })
  await sleep(50)
  expect(seen).toHaveLength(1)
})

test('an answer is due in time, and what comes later is still read', async () => {
  const { client } = await clientOf((_, response) => setTimeout(() => response.end('late'), 300))
  const flight = client.send(REQUEST, 100)
  expect(await flight.answer).toEqual({ phase: 'sent', trouble: 'timed_out' })
  expect(await flight.end).toMatchObject({ phase: 'replied' })
})

test('nothing is read any more after the time for late replies', async () => {
  const { client } = await clientOf(() => {}, { limits: { ...UPSTREAM_LIMITS, lateReadMs: 100 } })
  const flight = client.send(REQUEST, 50)
  expect(await flight.end).toEqual({ phase: 'sent', trouble: 'timed_out' })
})

test('a connection alone tells whether somebody is there, and sends nothing', async () => {
  const { client, seen, server } = await clientOf(() => {})
  expect(await client.reach()).toBeUndefined()
  await new Promise((resolve) => server.close(resolve))
  expect(await client.reach()).toBe('connect_failed')
  expect(seen).toHaveLength(0)
})
