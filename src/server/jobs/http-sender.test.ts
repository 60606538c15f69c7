import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpSender, type Resolve } from './http-sender.ts'
import { webhookPolicy } from './webhook-target.ts'

const HERE = ['127.0.0.0/8']
/** Every name leads to this machine, as a name that was rebound would. */
const toLoopback: Resolve = (_name, _options, done) => {
  done(null, [{ address: '127.0.0.1', family: 4 }])
}

/** A server that answers with a status; gives its port and what it was asked. */
async function serve(status: number, headers: Record<string, string> = {}) {
  const asked: { url: string | undefined; body: string; request: IncomingMessage }[] = []
  const server = createServer(async (request, reply) => {
    asked.push({ url: request.url, body: await text(request), request })
    reply.writeHead(status, headers).end('x'.repeat(100_000))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, asked }
}

const MESSAGE = { headers: { 'content-type': 'application/json' }, body: '{"a":1}' }

test('posts to a listed host at a listed address', async () => {
  const { port, asked } = await serve(204)
  const post = createHttpSender(webhookPolicy(['hooks.example'], HERE), toLoopback)
  expect(await post({ ...MESSAGE, url: `http://hooks.example:${port}/in?x=1` })).toBe(204)
  expect(asked).toMatchObject([{ url: '/in?x=1', body: '{"a":1}' }])
  expect(asked[0]?.request.headers.host).toBe(`hooks.example:${port}`)
})

test('never follows a redirect', async () => {
  const { port, asked } = await serve(302, { location: 'http://127.0.0.1:1/' })
  const post = createHttpSender(webhookPolicy(['127.0.0.1'], HERE))
  expect(await post({ ...MESSAGE, url: `http://127.0.0.1:${port}/` })).toBe(302)
  expect(asked).toHaveLength(1)
})

test('a listed name that leads into a private network is not connected to', async () => {
  const { port, asked } = await serve(200)
  const post = createHttpSender(webhookPolicy(['hooks.example'], []), toLoopback)
  const url = `https://hooks.example:${port}/`
  expect(await post({ ...MESSAGE, url })).toBe('address_refused')
  expect(await post({ ...MESSAGE, url: `https://127.0.0.1:${port}/` })).toBe('host_refused')
  expect(asked).toEqual([])
})

test('a host that is not there is unreachable', async () => {
  const post = createHttpSender(webhookPolicy(['*'], HERE), toLoopback)
  expect(await post({ ...MESSAGE, url: 'http://hooks.example:1/' })).toBe('unreachable')
})
