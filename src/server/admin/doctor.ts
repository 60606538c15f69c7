/**
 * The admin API of the signature doctor: why a request that somebody pasted is refused. It tells
 * nothing that the caller could not have made himself: no signature, and no secret of an own key.
 */
import { z } from 'zod'
import type { Clock } from '../../domain/clock.ts'
import type { KeyKind } from '../../domain/key.ts'
import { Secret } from '../../domain/secret.ts'
import { type Diagnosis, parseSuspect, type Surgery } from '../../protocols/doctor.ts'
import { Bilingual } from './bilingual.ts'
import type { PublishedKey } from './explorer.ts'
import { type OwnKey, ownKey } from './own-key.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

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
  /** The key that it was meant to be signed with; without it the published one. */
  keyId: z.string().max(64).exactOptional(),
})

const Finding = z.object({
  fault: z.string(),
  explanation: Bilingual,
  also: Bilingual.optional(),
  difference: z.object({ line: z.number(), signed: z.string(), expected: z.string() }).optional(),
  steps: z.array(z.object({ title: Bilingual, text: z.string() })),
})

/** Adds the doctor's route to the admin API. */
export function addDoctor(
  app: AdminApp,
  { surgeries, keys, clock }: DoctorRoutes,
  { storage, production }: AdminServices,
): void {
  serve(
    app,
    'POST /api/admin/doctor',
    {
      summary: 'Names the mistake behind a signature that does not verify',
      body: Suspect,
      reply: Finding,
    },
    async ({ caller, body }) => {
      const request = parseSuspect(body.request)
      if (request === undefined) return new Refusal(invalid('request', 'malformed'))
      for (const surgery of surgeries) {
        const kind = surgery.keyKind(request)
        if (kind === undefined) continue
        const { keyId } = body
        if (keyId === undefined) {
          // Nobody may call with the published keys there.
          if (production) return new Refusal(invalid('keyId', 'missing'))
          const { credential, secret } = keys[kind]
          const key = { credential, secret: new Secret(secret) }
          return surgery.diagnose(request, key, clock.nowMs())
        }
        const key = await ownKey(storage, caller, { keyId, kind })
        if (typeof key === 'string' || key instanceof Refusal) return key
        return veil(surgery.diagnose(request, key, clock.nowMs()), key)
      }
      return new Refusal(invalid('request', 'malformed'))
    },
  )
}

/** What was pasted is the caller's own; what we would have sent is shown without the secret. */
function veil(diagnosis: Diagnosis, { veiled }: OwnKey): Diagnosis {
  const { difference, steps } = diagnosis
  return {
    ...diagnosis,
    ...(difference && { difference: { ...difference, expected: veiled(difference.expected) } }),
    steps: steps.map(({ title, text }) => ({ title, text: veiled(text) })),
  }
}
