/** The route that gives calls away as CSV, which leaves a line in the audit. */
import type { z } from 'zod'
import { CallNaming } from '../../domain/call-names.ts'
import { appendAudit } from '../../storage/sql/audit.ts'
import { type CallView, Filters, filterOf, viewOf } from './calls.ts'
import { CsvFile } from './csv-file.ts'
import { type AdminApp, serve } from './route.ts'
import type { AdminServices } from './services.ts'

/** A file beyond this is for the command line, which streams it. */
const EXPORTED_CALLS_MAX = 50_000

const HEAD = [
  'time',
  'requestId',
  'sequenceCode',
  'account',
  'key',
  'api',
  'product',
  'mode',
  'source',
  'result',
  'charged',
  'grant',
  'reversed',
  'ruleVersion',
  'latencyMs',
  'client',
]

/** Adds the route. */
export function addCallFile(app: AdminApp, { storage }: AdminServices): void {
  const { calls, keyring, engine } = storage
  const naming = new CallNaming(keyring)
  serve(
    app,
    'GET /api/admin/calls.csv',
    { summary: `Calls as CSV, the newest ${EXPORTED_CALLS_MAX} at most`, query: Filters },
    async ({ caller, query, deed }) => {
      const filter = filterOf(caller, query)
      if (typeof filter === 'string') return filter
      const line = { action: 'calls.export', subject: filter.accountId ?? 'all' }
      await appendAudit(engine.queries, { ...deed, ...line, detail: JSON.stringify(query) })
      const file = new CsvFile(HEAD)
      for await (const call of calls.stream(filter)) {
        if (file.rows >= EXPORTED_CALLS_MAX) break
        file.add(cellsOf(viewOf(call, naming)))
      }
      return file.reply('calls.csv')
    },
  )
}

function cellsOf(call: z.infer<typeof CallView>) {
  return [
    new Date(call.atMs).toISOString(),
    call.requestId,
    { id: call.sequenceCode },
    call.accountId,
    call.keyId,
    call.api,
    call.product,
    call.mode,
    call.source,
    call.result,
    String(call.charged),
    call.grantId ?? '',
    String(call.reversed),
    call.ruleVersion,
    call.latencyUs / 1_000,
    call.client,
  ]
}
