/** The admin API of the explorer: what can be called, and a request and programs for one call. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../domain/clock.ts'
import type { KeyKind } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import type { Explorer, ExplorerCall } from '../../protocols/explorer.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { SCENARIOS } from '../../sandbox/scenarios.ts'
import { Bilingual } from './bilingual.ts'
import { type AdminApp, serve } from './route.ts'

/** A published key of the sandbox: everybody may know it. */
export interface PublishedKey {
  readonly credential: string
  readonly secret: string
}

export interface ExplorerRoutes {
  readonly explorers: readonly Explorer[]
  readonly keys: Readonly<Record<KeyKind, PublishedKey>>
  readonly clock: Clock
}

const VALUE_CHARS_MAX = 4_096
const VALUES_MAX = 16

const Catalogue = z.object({
  apis: z.array(
    z.object({
      id: z.string(),
      vendor: z.string(),
      product: z.string(),
      title: Bilingual,
      method: z.string(),
      path: z.string(),
      authentications: z.array(z.string()),
      parameters: z.array(
        z.object({
          name: z.string(),
          type: z.string(),
          required: z.boolean(),
          element: z.string().optional(),
          description: Bilingual,
          sample: z.string(),
        }),
      ),
      results: z.array(z.object({ code: z.string(), text: z.string(), billable: z.boolean() })),
    }),
  ),
  people: z.array(
    z.object({
      name: z.string(),
      idNumber: z.string(),
      cardNumber: z.string(),
      mobile: z.string(),
    }),
  ),
  scenarios: z.array(z.object({ cardNumber: z.string(), note: Bilingual })),
})

const Call = z.strictObject({
  api: z.string(),
  authentication: z.string(),
  /** Where the caller's browser reached us; the request is signed for this host. */
  origin: z.string().regex(/^https?:\/\/[\w.:[\]-]{1,255}$/),
  values: z
    .record(z.string().max(64), z.string().max(VALUE_CHARS_MAX))
    .refine((values) => Object.keys(values).length <= VALUES_MAX),
})

const Prepared = z.object({
  request: z.object({
    method: z.string(),
    path: z.string(),
    headers: z.array(z.tuple([z.string(), z.string()])),
    body: z.string(),
    steps: z.array(z.object({ title: Bilingual, text: z.string() })),
  }),
  samples: z.array(
    z.object({
      language: z.string(),
      sdk: z.string().optional(),
      syntax: z.string(),
      install: z.string().optional(),
      code: z.string(),
    }),
  ),
})

/** Adds the explorer's routes to the admin API. */
export function addExplorer(app: AdminApp, { explorers, keys, clock }: ExplorerRoutes): void {
  const catalogue = {
    apis: explorers.flatMap(({ apis }) => apis),
    people: PEOPLE.map(({ note: _, ...person }) => person),
    scenarios: SCENARIOS.map(({ cardNumber, note }) => ({ cardNumber, note })),
  }
  serve(
    app,
    'GET /api/admin/explorer',
    { summary: 'APIs, synthetic people and magic cards', reply: Catalogue },
    () => catalogue,
  )
  serve(
    app,
    'POST /api/admin/explorer/prepare',
    {
      summary: 'A signed sandbox request, step by step, and programs that make the same call',
      body: Call,
      reply: Prepared,
    },
    ({ body: { api, authentication, origin, values } }) => {
      const explorer = explorers.find(({ apis }) => apis.some(({ id }) => id === api))
      const kind = explorer?.keyKinds[authentication]
      if (explorer === undefined || kind === undefined) return 'api_unknown'
      const key = keys[kind]
      const call: ExplorerCall = {
        api,
        authentication,
        origin,
        values: new Map(Object.entries(values).map(([name, text]) => [name, new Secret(text)])),
        credential: key.credential,
        secret: new Secret(key.secret),
        nowMs: clock.nowMs(),
        nonce: randomUUID(),
      }
      return { request: explorer.prepare(call), samples: explorer.samples(call) }
    },
  )
}
