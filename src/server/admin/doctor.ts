/** The admin API of the signature doctor: why a request that somebody pasted is refused. */
import { z } from 'zod'
import type { Clock } from '../../domain/clock.ts'
import type { KeyKind } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import { parseSuspect, type Surgery } from '../../protocols/doctor.ts'
import { Bilingual } from './bilingual.ts'
import type { PublishedKey } from './explorer.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'

export interface DoctorRoutes {
  /** In the order in which they are asked whether a request is theirs. */
  readonly surgeries: readonly Surgery[]
  readonly keys: Readonly<Record<KeyKind, PublishedKey>>
  readonly clock: Clock
}

const REQUEST_CHARS_MAX = 32_768

const Suspect = z.strictObject({
  /** Request line, headers, an empty line, the body: as a client or a proxy prints it. */
  request: z.string().max(REQUEST_CHARS_MAX),
})

const Finding = z.object({
  fault: z.string(),
  explanation: Bilingual,
  also: Bilingual.optional(),
  difference: z.object({ line: z.number(), signed: z.string(), expected: z.string() }).optional(),
  steps: z.array(z.object({ title: Bilingual, text: z.string() })),
})

/** Adds the doctor's route to the admin API. */
export function addDoctor(app: AdminApp, { surgeries, keys, clock }: DoctorRoutes): void {
  serve(
    app,
    'POST /api/admin/doctor',
    {
      summary: 'Names the mistake behind a signature that does not verify',
      body: Suspect,
      reply: Finding,
    },
    ({ body }) => {
      const request = parseSuspect(body.request)
      if (request === undefined) return new Refusal(invalid('request', 'malformed'))
      for (const surgery of surgeries) {
        const kind = surgery.keyKind(request)
        if (kind === undefined) continue
        const { credential, secret } = keys[kind]
        const key = { credential, secret: new Secret(secret) }
        return surgery.diagnose(request, key, clock.nowMs())
      }
      return new Refusal(invalid('request', 'malformed'))
    },
  )
}
