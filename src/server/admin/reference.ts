/** The admin API of the reference: what every code of every interface means and whose business it is. */
import { z } from 'zod'
import { FAULTS } from '../../domain/fault.ts'
import { OUTCOMES } from '../../domain/outcome.ts'
import type { ApiDescription, Explorer, ResultDescription } from '../../protocols/explorer.ts'
import { Bilingual } from './bilingual.ts'
import { type AdminApp, serve } from './route.ts'

const CodeView = z.object({
  vendor: z.string(),
  code: z.string(),
  text: Bilingual,
  /** Of a result; no refusal is ever charged. */
  billable: z.boolean(),
  /** APIs that answer so; none for a refusal, which any of them may meet with. */
  apis: z.array(z.string()),
  /** Outcomes or faults in our own words; none for a code that only the vendor answers. */
  names: z.array(z.string()),
  /** Class of the outcomes, or whose business the faults are: what to do next hangs on it. */
  concerns: z.string(),
})

type CodeRow = z.infer<typeof CodeView>

/** Adds the route. */
export function addReference(app: AdminApp, explorers: readonly Explorer[]): void {
  const items = explorers.flatMap((explorer) => [...resultsOf(explorer), ...refusalsOf(explorer)])
  serve(
    app,
    'GET /api/admin/reference',
    {
      summary: 'Every code of every interface: what it means, costs and asks for',
      reply: z.object({ items: z.array(CodeView) }),
    },
    () => ({ items }),
  )
}

/** Results with one row for each code and meaning, and the APIs that have it. */
function resultsOf({ apis }: Explorer): CodeRow[] {
  const rows = apis.flatMap((api) => api.results.map((result) => ({ api, result })))
  const alike = Map.groupBy(rows, ({ result: { code, text } }) => `${code} ${text}`)
  return [...alike.values()].map(merged)
}

function merged(
  rows: readonly { readonly api: ApiDescription; readonly result: ResultDescription }[],
): CodeRow {
  const [{ api, result }] = rows as [(typeof rows)[number]]
  const names = [...new Set(rows.flatMap(({ result: { outcomes = [] } }) => outcomes))]
  return {
    vendor: api.vendor,
    code: result.code,
    text: { zh: result.text, en: result.text },
    billable: result.billable,
    apis: rows.map((row) => row.api.id),
    names,
    concerns: names[0] === undefined ? '' : OUTCOMES[names[0]],
  }
}

function refusalsOf({ apis, refusals }: Explorer): CodeRow[] {
  const vendor = apis[0]?.vendor ?? ''
  return refusals.map(({ code, text, faults }) => ({
    ...{ vendor, code, text, billable: false, apis: [], names: [...faults] },
    concerns: faults[0] === undefined ? '' : FAULTS[faults[0]],
  }))
}
