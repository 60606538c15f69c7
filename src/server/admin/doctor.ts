/** The admin API of the signature doctor: why a request that somebody pasted is refused. */
import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '../../domain/clock.ts'
import type { KeyKind } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import { parseSuspect, type Surgery } from '../../protocols/doctor.ts'
import type { PublishedKey } from './explorer.ts'
import { Bilingual, json, mutable } from './json.ts'
import { type Problem, ProblemSchema } from './problem.ts'
import type { AdminApp } from './route.ts'

export interface DoctorRoutes {
  /** In the order in which they are asked whether a request is theirs. */
  readonly surgeries: readonly Surgery[]
  readonly keys: Readonly<Record<KeyKind, PublishedKey>>
  readonly clock: Clock
}

const REQUEST_CHARS_MAX = 32_768

const Suspect = z
  .strictObject({
    /** Request line, headers, an empty line, the body: as a client or a proxy prints it. */
    request: z.string().max(REQUEST_CHARS_MAX),
  })
  .openapi('SuspectRequest')

const Finding = z
  .object({
    fault: z.string(),
    explanation: Bilingual,
    also: Bilingual.optional(),
    difference: z.object({ line: z.number(), signed: z.string(), expected: z.string() }).optional(),
    steps: z.array(z.object({ title: Bilingual, text: z.string() })),
  })
  .openapi('Diagnosis')

const DIAGNOSE = createRoute({
  method: 'post',
  path: '/api/admin/doctor',
  summary: 'Names the mistake behind a signature that does not verify',
  request: { body: { required: true, ...json(Suspect) } },
  responses: {
    200: { description: 'What is wrong', ...json(Finding) },
    400: { description: 'Not an HTTP request', ...json(ProblemSchema) },
  },
})

/** Adds the doctor's route to the admin API. */
export function addDoctor(app: AdminApp, { surgeries, keys, clock }: DoctorRoutes): void {
  app.openapi(DIAGNOSE, (context) => {
    const request = parseSuspect(context.req.valid('json').request)
    if (request === undefined) {
      return context.json({ error: 'invalid', field: 'request' } satisfies Problem, 400)
    }
    for (const surgery of surgeries) {
      const kind = surgery.keyKind(request)
      if (kind === undefined) continue
      const { credential, secret } = keys[kind]
      const key = { credential, secret: new Secret(secret) }
      return context.json(mutable(surgery.diagnose(request, key, clock.nowMs())), 200)
    }
    return context.json({ error: 'invalid', field: 'request' } satisfies Problem, 400)
  })
}
