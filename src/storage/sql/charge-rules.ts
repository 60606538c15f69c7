/** The versions of what is charged, on both engines. */
import type { Deed } from '../../accounts/store.ts'
import {
  type ChargeOrder,
  type ChargeRefusal,
  type ChargeRevision,
  ChargeRules,
} from '../../billing/charge-rules.ts'
import { isOutcome } from '../../domain/outcome.ts'
import type { ChargeTable } from '../../protocols/charge-table.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { mutate } from './mutation.ts'

/** All versions that operators have added. */
export async function readChargeRevisions(queries: Queries): Promise<ChargeRevision[]> {
  const rows = await queries
    .selectFrom('charge_rule')
    .selectAll()
    .orderBy('api')
    .orderBy('version')
    .execute()
  return rows.map((row) => ({
    api: row.api,
    version: row.version,
    charged: row.charged.split(',').filter(isOutcome),
    effectiveFromMs: row.effective_from_ms,
    createdAtMs: row.created_at_ms,
    reason: row.reason,
  }))
}

/** Adds a version, audited; a refusal writes nothing. */
export function addChargeRevision(
  engine: SqlEngine,
  tables: readonly ChargeTable[],
  order: ChargeOrder,
  deed: Deed,
): Promise<ChargeRevision | ChargeRefusal> {
  const { api, charge, free, effectiveFromMs, reason } = order
  const from = `from ${effectiveFromMs}`
  const detail = `charge ${charge.join(',')}; free ${free.join(',')}; ${from}; ${reason}`
  const mutation = { deed, action: 'charge_rule.add', subject: api, detail }
  return mutate(engine, mutation, async ({ queries }) => {
    const rules = new ChargeRules(tables, await readChargeRevisions(queries))
    const revision = rules.revise(order, deed.atMs)
    if (typeof revision === 'string') return revision
    await queries
      .insertInto('charge_rule')
      .values({
        api,
        version: revision.version,
        charged: revision.charged.join(','),
        effective_from_ms: effectiveFromMs,
        created_at_ms: revision.createdAtMs,
        reason,
      })
      .execute()
    return revision
  })
}
