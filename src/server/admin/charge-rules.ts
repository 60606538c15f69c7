/** Routes of what is charged: the versions of each interface, and adding one. */
import { z } from 'zod'
import { ChargeRules } from '../../billing/charge-rules.ts'
import { OUTCOMES, type Outcome } from '../../domain/outcome.ts'
import { addChargeRevision, readChargeRevisions } from '../../storage/sql/charge-rules.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** Every node has read a version by the time it begins. */
const LEAD_MS = 5_000
const REASON_LENGTH_MAX = 200
const API_LENGTH_MAX = 64

const outcomes = z.array(z.enum(Object.keys(OUTCOMES) as [Outcome, ...Outcome[]])).max(64)

const RULE_FORM = z.strictObject({
  api: z.string().max(API_LENGTH_MAX),
  charge: outcomes.default([]),
  free: outcomes.default([]),
  /** In a few seconds where it is absent. */
  effectiveFromMs: z.int().exactOptional(),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(REASON_LENGTH_MAX)
    .regex(/^[^\p{Cc}]*$/u),
})

const Rule = z.object({
  api: z.string(),
  version: z.number(),
  /** 0 of the vendor's own. */
  effectiveFromMs: z.number(),
  charged: z.array(z.string()),
  reason: z.string(),
})

/** Adds the routes. */
export function addChargeRules(app: AdminApp, { storage, chargeTables }: AdminServices): void {
  const { engine } = storage
  serve(
    app,
    'GET /api/admin/charge-rules',
    {
      summary: 'What each interface charges for, the newest version first',
      reply: z.object({ items: z.array(Rule) }),
    },
    async () => {
      const revisions = await readChargeRevisions(engine.queries)
      const rules = new ChargeRules(chargeTables, revisions)
      const reasonOf = (api: string, version: number) =>
        revisions.find((revision) => revision.api === api && revision.version === version)?.reason
      return {
        items: chargeTables.flatMap(({ api }) =>
          rules.versionsOf(api).map(({ version, effectiveFromMs, charged }) => ({
            ...{ api, version, effectiveFromMs },
            charged: [...charged],
            reason: reasonOf(api, version) ?? '',
          })),
        ),
      }
    },
  )
  serve(
    app,
    'POST /api/admin/charge-rules',
    {
      summary: 'Adds a version that begins at its own time',
      body: RULE_FORM,
      reply: Rule.extend({ createdAtMs: z.number() }),
    },
    ({ body, deed }) => {
      const { effectiveFromMs = deed.atMs + LEAD_MS } = body
      return addChargeRevision(engine, chargeTables, { ...body, effectiveFromMs }, deed)
    },
  )
}
