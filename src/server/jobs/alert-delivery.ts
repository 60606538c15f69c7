/** Delivers alerts to the webhooks of their accounts, signed, and keeps how each attempt ended. */
import type { KeySealer } from '../../accounts/seal.ts'
import type { Clock } from '../../domain/clock.ts'
import { signBody } from '../../domain/signed-body.ts'
import { webhookOf } from '../../storage/sql/alert-settings.ts'
import { type Alert, closeAttempt, takeDueAlerts } from '../../storage/sql/alerts.ts'
import type { SqlEngine } from '../../storage/sql/engine.ts'
import type { Poster } from './http-sender.ts'

export interface DeliveryParts {
  readonly engine: SqlEngine
  readonly sealer: KeySealer
  readonly post: Poster
  readonly clock: Clock
}

/** Alerts taken at a time; the rest comes with the next turn. */
const TAKEN_MAX = 10

/** Tries each alert that is due once. */
export async function deliverAlerts(parts: DeliveryParts): Promise<void> {
  const { engine, clock } = parts
  const due = await takeDueAlerts(engine, { nowMs: clock.nowMs(), limit: TAKEN_MAX })
  await Promise.all(
    due.map(async (alert) => {
      const result = await deliver(parts, alert)
      const delivered = typeof result === 'number' && result >= 200 && result < 300
      const attempt = { result: String(result), delivered, atMs: clock.nowMs() }
      await closeAttempt(engine, alert, attempt)
    }),
  )
}

async function deliver({ engine, sealer, post, clock }: DeliveryParts, alert: Alert) {
  const webhook = await webhookOf(engine.queries, sealer, alert.accountId)
  if (webhook === undefined) return 'webhook_removed'
  const { timestamp, signature, body } = signBody(webhook.secret, alert.body, clock.nowMs())
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'kayan',
    'x-kayan-timestamp': timestamp,
    'x-kayan-signature': `sha256=${signature}`,
  }
  return post({ url: webhook.url, headers, body })
}
