/**
 * The admin API that the console speaks, and its description (`/openapi.json`). Until there is a
 * login it is served in development alone, and to this machine alone.
 */
import { gzipSync } from 'node:zlib'
import { OpenAPIHono } from '@hono/zod-openapi'
import { isLoopback } from '../../protocols/loopback.ts'
import type { WireRequest } from '../../protocols/protocol.ts'
import { acceptsGzip, ZIPPED_BYTES_MIN } from '../compression.ts'
import type { Handled } from '../http.ts'
import { addDoctor, type DoctorRoutes } from './doctor.ts'
import { addExplorer, type ExplorerRoutes } from './explorer.ts'
import type { Problem } from './problem.ts'

export interface AdminRoutes extends ExplorerRoutes, DoctorRoutes {
  /** Hears of a bug behind a route, whose caller gets no more than that there is one. */
  readonly onFailure: (error: unknown) => void
}

/** Answers a request to the admin API. */
export type AdminHandler = (request: WireRequest) => Promise<Handled>

/** Any base will do: the routes look at the path alone, and nothing is built from a Host header. */
const BASE = 'http://kayan.invalid'

/** Names under which a browser reaches this machine; another one is a rebound name. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/

const REPLY_HEADERS = ['Cache-Control', 'no-store', 'X-Content-Type-Options', 'nosniff']

/** Builds the admin API. */
export function createAdminApp(routes: AdminRoutes): AdminHandler {
  const app = new OpenAPIHono({
    defaultHook(result, context) {
      if (result.success) return
      const issue = result.error.issues[0]
      const problem: Problem = {
        error: 'invalid',
        field: issue?.path.join('.') ?? '',
        message: issue?.message ?? '',
      }
      return context.json(problem, 400)
    },
  })
  addExplorer(app, routes)
  addDoctor(app, routes)
  app.doc31('/openapi.json', {
    openapi: '3.1.0',
    info: { title: 'Kayan admin API', version: '1' },
  })
  app.notFound((context) => context.json({ error: 'not_found' } satisfies Problem, 404))
  app.onError((error, context) => {
    if (error instanceof SyntaxError) {
      return context.json({ error: 'invalid', message: 'not valid JSON' } satisfies Problem, 400)
    }
    routes.onFailure(error)
    return context.json({ error: 'internal' } satisfies Problem, 500)
  })

  return async (request) => {
    const refused = refusalOf(request)
    if (refused !== undefined) return refused
    return written(await app.fetch(toFetch(request)), acceptsGzip(request))
  }
}

/** Only this machine, by a name of this machine, and from a page of ours. */
function refusalOf(request: WireRequest): Handled | undefined {
  const host = headerOf(request, 'host') ?? ''
  const origin = headerOf(request, 'origin')
  const ours = origin === undefined || origin === `http://${host}` || origin === `https://${host}`
  if (isLoopback(request.remoteAddress) && LOOPBACK_HOST.test(host) && ours) return undefined
  return {
    reply: {
      status: 403,
      headers: ['Content-Type', 'application/json', 'Cache-Control', 'no-store'],
      body: JSON.stringify({ error: 'forbidden' } satisfies Problem),
    },
  }
}

function toFetch({ method, target, path, query, rawHeaders, body }: WireRequest): Request {
  const headers = new Headers()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    headers.append(rawHeaders[i]!, rawHeaders[i + 1]!)
  }
  const url = target.startsWith('/') ? target : `${path}${query === '' ? '' : `?${query}`}`
  const bodiless = method === 'GET' || method === 'HEAD' || body.length === 0
  return new Request(BASE + url, {
    method,
    headers,
    ...(!bodiless && { body: Uint8Array.from(body) }),
  })
}

async function written(response: Response, mayZip: boolean): Promise<Handled> {
  const headers = [...response.headers].flat()
  const plain = Buffer.from(await response.arrayBuffer())
  const zips = mayZip && plain.length >= ZIPPED_BYTES_MIN
  return {
    reply: {
      status: response.status,
      headers: [...headers, ...REPLY_HEADERS, ...(zips ? ['Content-Encoding', 'gzip'] : [])],
      body: zips ? gzipSync(plain) : plain,
    },
  }
}

function headerOf({ rawHeaders }: WireRequest, lowerName: string): string | undefined {
  const at = rawHeaders.findIndex((name, i) => i % 2 === 0 && name.toLowerCase() === lowerName)
  return at < 0 ? undefined : rawHeaders[at + 1]
}
