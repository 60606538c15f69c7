/** The admin API of the explorer: what can be called, and a request and programs for one call. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../domain/clock.ts'
import { isBearer, type KeyKind } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import type { Explorer, ExplorerCall } from '../../protocols/explorer.ts'
import { PEOPLE } from '../../sandbox/people.ts'
import { SCENARIOS } from '../../sandbox/scenarios.ts'
import { Bilingual } from './bilingual.ts'
import { knownKey } from './own-key.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** A published key of the sandbox: everybody may know it. */
export interface PublishedKey {
  readonly credential: string
  readonly secret: string
}

export interface ExplorerRoutes {
  readonly explorers: readonly Explorer[]
  /** Work in development alone. */
  readonly keys: Readonly<Record<KeyKind, PublishedKey>>
  readonly clock: Clock
}

const VALUE_CHARS_MAX = 4_096
const VALUES_MAX = 16
/** Stands in programs for a SecretId or AppKey that nobody has chosen. */
const SOME_CREDENTIAL = 'YOUR_KEY_ID'

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
      results: z.array(
        z.object({
          code: z.string(),
          text: z.string(),
          billable: z.boolean(),
          outcomes: z.array(z.string()).optional(),
        }),
      ),
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
  scenarios: z.array(
    z.object({
      cardNumber: z.string(),
      note: Bilingual,
      /** What it answers, by the outcomes of the results; absent of one that makes trouble. */
      outcome: z.string().optional(),
    }),
  ),
  /** The kind of key that each way to authenticate needs. */
  keyKinds: z.record(z.string(), z.string()),
  /** Whether there are published test keys, which nobody has to make first. */
  published: z.boolean(),
})

/** Scheme, host and port. */
export const ORIGIN = z.string().regex(/^https?:\/\/[\w.:[\]-]{1,255}$/)

/** One call as the form of the explorer has it. */
export const CALL_FIELDS = {
  api: z.string(),
  authentication: z.string(),
  /** Where the caller's browser reached us; the request is signed for this host. */
  origin: ORIGIN,
  values: z
    .record(z.string().max(64), z.string().max(VALUE_CHARS_MAX))
    .refine((values) => Object.keys(values).length <= VALUES_MAX),
} as const

const Call = z.strictObject({
  ...CALL_FIELDS,
  /** A key of the account; without it the published one. */
  keyId: z.string().max(64).exactOptional(),
})

/** A request with the way to its signature. */
export const RequestView = z.object({
  method: z.string(),
  path: z.string(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
  steps: z.array(z.object({ title: Bilingual, text: z.string() })),
})

const Prepared = z.object({
  /** Only under a published key: what another key has signed is worth something. */
  request: RequestView.optional(),
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
export function addExplorer(
  app: AdminApp,
  { explorers, keys, clock }: ExplorerRoutes,
  { storage, production }: AdminServices,
): void {
  const catalogue = {
    apis: explorers.flatMap(({ apis }) => apis),
    people: PEOPLE.map(({ note: _, ...person }) => person),
    scenarios: SCENARIOS.map(({ cardNumber, note, ...answer }) => {
      return { cardNumber, note, ...('outcome' in answer && { outcome: answer.outcome }) }
    }),
    keyKinds: Object.assign({}, ...explorers.map(({ keyKinds }) => keyKinds)),
    published: !production,
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
      summary: 'Programs that make a call, and for a published key the signed request step by step',
      body: Call,
      reply: Prepared,
    },
    async ({ caller, body: { keyId, ...wish } }) => {
      const found = explorerOf(explorers, wish)
      if (found === undefined) return 'api_unknown'
      const { explorer, kind } = found
      const call = { ...wish, values: secrets(wish.values) }
      if (keyId === undefined && !production) {
        const { credential, secret } = keys[kind]
        const signed = { ...call, credential, secret: new Secret(secret) }
        const request = explorer.prepare({ ...signed, nowMs: clock.nowMs(), nonce: randomUUID() })
        return { request, samples: explorer.samples(signed) }
      }
      const key = keyId === undefined ? undefined : await knownKey(storage, caller, keyId)
      if (typeof key === 'string') return key
      // The label of a bearer key is no credential, and its programs name none.
      const credential = key === undefined || isBearer(key.kind) ? SOME_CREDENTIAL : key.label
      return { samples: explorer.samples({ ...call, credential }) }
    },
  )
}

/** The explorer of an API, and the kind of key that a way to authenticate needs there. */
export function explorerOf(
  explorers: readonly Explorer[],
  { api, authentication }: Pick<ExplorerCall, 'api' | 'authentication'>,
): { readonly explorer: Explorer; readonly kind: KeyKind } | undefined {
  const explorer = explorers.find(({ apis }) => apis.some(({ id }) => id === api))
  const kind = explorer?.keyKinds[authentication]
  return explorer === undefined || kind === undefined ? undefined : { explorer, kind }
}

/** Typed values as secrets: they may be elements. */
export function secrets(values: Readonly<Record<string, string>>): ReadonlyMap<string, Secret> {
  return new Map(Object.entries(values).map(([name, text]) => [name, new Secret(text)]))
}
