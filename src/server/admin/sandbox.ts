/** Routes of the sandbox: the time, the units and the chaos of its account; production has none. */
import { z } from 'zod'
import { SANDBOX_ACCOUNT_ID } from '../../accounts/sandbox-keys.ts'
import { clockShiftOf } from '../../billing/clock-shift.ts'
import { FAULT_NAMES } from '../../domain/fault.ts'
import { GrantView, grantOf } from './grants.ts'
import { invalid } from './problem.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const CHAOS_FORM = z.strictObject({
  fault: z.enum(FAULT_NAMES),
  probability: z.number().min(0.000001).max(1),
})
const CLOCK_FORM = z.strictObject({ shift: z.string().max(8) })

const Sandbox = z.object({
  /** False in production. */
  available: z.boolean(),
  /** Absent while none is on. */
  chaos: CHAOS_FORM.optional(),
  faults: z.array(z.string()),
  grants: z.array(GrantView),
})

const DECIMALS = 6

/** Adds the routes. */
export function addSandbox(app: AdminApp, { storage, production }: AdminServices): void {
  const { sandbox } = storage
  const view = async () => {
    if (production) return { available: false, faults: [], grants: [] }
    const chaos = await sandbox.chaos()
    const holdings = await storage.grants(SANDBOX_ACCOUNT_ID)
    return {
      available: true,
      ...(chaos !== undefined && { chaos }),
      faults: FAULT_NAMES,
      grants: holdings.filter(({ grant }) => grant.mode === 'test').map(grantOf),
    }
  }
  serve(
    app,
    'GET /api/admin/sandbox',
    { summary: 'Units and chaos of the sandbox', reply: Sandbox },
    view,
  )
  serve(
    app,
    'POST /api/admin/sandbox/reset',
    { summary: 'Fresh units in the present, and no chaos', reply: Sandbox },
    async ({ deed }) => {
      if (production) return 'sandbox_absent'
      await sandbox.reset(deed)
      return view()
    },
  )
  serve(
    app,
    'PUT /api/admin/sandbox/clock',
    {
      summary: 'Lets time pass for the test units: `+30d`, `+2y`, or `now` to go back',
      body: CLOCK_FORM,
      reply: Sandbox,
    },
    async ({ body, deed }) => {
      const shift = clockShiftOf(body.shift)
      if (shift === undefined) return new Refusal(invalid('shift', 'malformed'))
      if (production) return 'sandbox_absent'
      if (shift === 'now') await sandbox.restoreClock(deed)
      else await sandbox.advanceClock(shift.after(deed.atMs) - deed.atMs, shift.text, deed)
      return view()
    },
  )
  serve(
    app,
    'PUT /api/admin/sandbox/chaos',
    { summary: 'Refuses a share of the calls of test keys', body: CHAOS_FORM, reply: Sandbox },
    async ({ body: { fault, probability }, deed }) => {
      if (production) return 'sandbox_absent'
      const share = Number(probability.toFixed(DECIMALS))
      await sandbox.setChaos({ fault, probability: share }, deed)
      return view()
    },
  )
  serve(
    app,
    'DELETE /api/admin/sandbox/chaos',
    { summary: 'Ends chaos', reply: Sandbox },
    async ({ deed }) => {
      if (production) return 'sandbox_absent'
      await sandbox.setChaos(undefined, deed)
      return view()
    },
  )
}
