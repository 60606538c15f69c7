/**
 * Calls that people make from the explorer with keys of their account. They are signed here, so that
 * no secret leaves the server, and go through the front door like any client's: from the address of
 * whoever asks, under the limits of the key, charged by the same rules.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { burnsBefore, canSpend } from '../../billing/grant.ts'
import { PRODUCTS, type Product } from '../../domain/product.ts'
import type { PreparedRequest } from '../../protocols/explorer.ts'
import type { WireRequest } from '../../protocols/protocol.ts'
import { priceOfGrant } from '../../storage/sql/grant-price.ts'
import { mutate } from '../../storage/sql/mutation.ts'
import type { Handled } from '../http.ts'
import { CALL_FIELDS, type ExplorerRoutes, explorerOf, RequestView, secrets } from './explorer.ts'
import { knownKey, ownKey } from './own-key.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

export interface ExplorerCalls extends Pick<ExplorerRoutes, 'explorers' | 'clock'> {
  /** Answers a request as if it had come to the listener. */
  readonly answer: (request: WireRequest) => Promise<Handled>
}

const FORWARDED = 'x-forwarded-for'
const MODES = z.enum(['live', 'test'])
const PRODUCT = z.enum(Object.keys(PRODUCTS) as [Product, ...Product[]])

const Call = z.strictObject({ ...CALL_FIELDS, keyId: z.string().max(64) })

const Made = z.object({
  /** As it was sent, but for the secret of a key that is sent as it is. */
  request: RequestView,
  reply: z.object({
    status: z.number(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string(),
    durationMs: z.number(),
  }),
})

const Cost = z.object({
  mode: MODES,
  product: PRODUCT,
  /** What a charged call would be taken from now; absent where nothing is left. */
  grant: z
    .object({
      id: z.number(),
      available: z.number(),
      expiresAtMs: z.number(),
      /** What these units were sold for; absent of units that were given. */
      price: z.object({ fen: z.number(), units: z.number() }).optional(),
    })
    .optional(),
})

/** Adds the routes. */
export function addExplorerCalls(
  app: AdminApp,
  calls: ExplorerCalls,
  { storage }: AdminServices,
): void {
  const { explorers, clock, answer } = calls
  serve(
    app,
    'GET /api/admin/keys/{keyId}/cost',
    {
      summary: 'What a charged call with a key would be taken from now',
      query: z.strictObject({ product: PRODUCT.default('card4') }),
      reply: Cost,
    },
    async ({ caller, params, query: { product }, nowMs }) => {
      const key = await knownKey(storage, caller, params.keyId ?? '')
      if (typeof key === 'string') return key
      const { accountId, mode } = key
      return costOf(storage, { accountId, mode, product }, nowMs)
    },
  )
  serve(
    app,
    'POST /api/admin/explorer/call',
    {
      summary: 'Makes a call with a key of the account; a live one is charged, and audited',
      body: Call,
      reply: Made,
    },
    async ({ caller, body: { keyId, ...wish }, request, deed }) => {
      const found = explorerOf(explorers, wish)
      if (found === undefined) return 'api_unknown'
      const key = await ownKey(storage, caller, { keyId, kind: found.kind })
      if (typeof key === 'string' || key instanceof Refusal) return key
      const { summary, credential, secret, veiled } = key
      if (summary.mode === 'live') {
        const line = { deed, action: 'explorer.call', subject: summary.id, detail: wish.api }
        // A repetition under one idempotency key brings back the time of the first.
        const { atMs } = await mutate(storage.engine, line, async () => ({ atMs: deed.atMs }))
        if (atMs !== deed.atMs) return 'call_repeated'
      }
      const prepared = found.explorer.prepare({
        ...wish,
        values: secrets(wish.values),
        ...{ credential, secret, nowMs: clock.nowMs(), nonce: randomUUID() },
      })
      const startUs = clock.monotonicUs()
      const { reply, written } = await answer(wireOf(prepared, wish.origin, request))
      const durationMs = (clock.monotonicUs() - startUs) / 1_000
      written?.(true)
      const { status, headers, body } = reply
      return {
        request: veil(prepared, veiled),
        reply: { status, headers: pairs(headers), body: Buffer.from(body).toString(), durationMs },
      }
    },
  )
}

async function costOf(
  { engine, grants }: AdminServices['storage'],
  pool: { accountId: string; mode: 'live' | 'test'; product: Product },
  nowMs: number,
): Promise<z.infer<typeof Cost>> {
  const { accountId, mode, product } = pool
  const [next] = (await grants(accountId))
    .filter(({ grant }) => grant.mode === mode && grant.product === product)
    .filter(({ grant: { startsAtMs }, balance: { available }, expiresAtMs }) =>
      canSpend({ startsAtMs, expiresAtMs, available }, nowMs),
    )
    .toSorted(burnsBefore)
  if (next === undefined) return { mode, product }
  const { grant, balance, expiresAtMs } = next
  const price = await priceOfGrant(engine.queries, grant.id)
  const { available } = balance
  return { mode, product, grant: { id: grant.id, available, expiresAtMs, ...(price && { price }) } }
}

/** The request as it would have come from whoever asks, through the proxies that he came through. */
function wireOf(
  { method, path, headers, body: text }: PreparedRequest,
  origin: string,
  asked: WireRequest,
): WireRequest {
  const body = Buffer.from(text)
  return {
    ...{ method, path, body, target: path, query: '', bodyTooLarge: false },
    rawHeaders: [
      ...['Host', new URL(origin).host],
      ...headers.flat(),
      ...['Content-Length', String(body.length)],
      ...pairs(asked.rawHeaders)
        .filter(([name]) => name.toLowerCase() === FORWARDED)
        .flat(),
    ],
    remoteAddress: asked.remoteAddress,
    secure: asked.secure,
  }
}

function veil(request: PreparedRequest, veiled: (text: string) => string): PreparedRequest {
  return {
    ...request,
    headers: request.headers.map(([name, value]) => [name, veiled(value)]),
    steps: request.steps.map(({ title, text }) => ({ title, text: veiled(text) })),
  }
}

function pairs(headers: readonly string[]): [string, string][] {
  return headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : []))
}
