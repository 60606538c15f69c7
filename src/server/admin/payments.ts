/** Routes of payment providers, and the one that takes their signed notices. */
import { z } from 'zod'
import { KeySealer } from '../../accounts/seal.ts'
import { PROVIDER_FORM } from '../../billing/forms.ts'
import { headerOf } from '../../protocols/request-header.ts'
import {
  addProvider,
  listProviders,
  receiveNotice,
  revokeProvider,
} from '../../storage/sql/payments.ts'
import { type AdminApp, Refusal, serve } from './route.ts'
import type { AdminServices } from './services.ts'

const Provider = z.object({
  name: z.string(),
  createdAtMs: z.number(),
  revokedAtMs: z.number().optional(),
})

/** Adds the routes. */
export function addPayments(app: AdminApp, { storage }: AdminServices): void {
  const { engine, keyring } = storage
  const sealer = new KeySealer(keyring, 'sale.seal')
  serve(
    app,
    'POST /api/payments/{provider}/notices',
    {
      summary:
        'Confirms a payment: `orderId`, `paymentId`, `amountFen`, signed by `Kayan-Timestamp` and `Kayan-Signature`',
      file: true,
      reply: z.object({ result: z.string() }),
    },
    async ({ params, request, nowMs }) => {
      const message = {
        provider: params.provider ?? '',
        timestamp: headerOf(request, 'kayan-timestamp') ?? '',
        signature: headerOf(request, 'kayan-signature') ?? '',
        body: request.body.toString('utf8'),
      }
      const result = await receiveNotice(engine, sealer, message, nowMs)
      // An order that was paid before makes the provider's repetition no failure.
      if (result === 'paid') return { result }
      // A stranger learns neither which providers there are nor which orders.
      if (result === 'provider_unknown') return 'signature_mismatch'
      return result === 'order_unknown' ? unpaid(result) : result
    },
  )
  serve(
    app,
    'GET /api/admin/payment-providers',
    { summary: 'Who may confirm payments', reply: z.object({ items: z.array(Provider) }) },
    async () => ({ items: await listProviders(engine.queries) }),
  )
  serve(
    app,
    'POST /api/admin/payment-providers',
    {
      summary: 'Lets a provider confirm payments; its secret is in this reply alone',
      body: PROVIDER_FORM,
      reply: z.object({ name: z.string(), secret: z.string() }),
    },
    async ({ body, deed: { actor, atMs } }) => {
      const secret = await addProvider(engine, sealer, body.name, { actor, atMs })
      return { name: body.name, secret }
    },
  )
  serve(
    app,
    'DELETE /api/admin/payment-providers/{name}',
    { summary: 'Believes a provider no more', reply: Provider },
    ({ params, deed }) => revokeProvider(engine, params.name ?? '', deed),
  )
}

/** The provider is genuine, so it is told what is wrong with its notice. */
function unpaid(error: string): Refusal {
  return new Refusal({ status: 409, problem: { error } })
}
