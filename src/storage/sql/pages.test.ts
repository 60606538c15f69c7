import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { appendAudit } from './audit.ts'
import { type PageCursor, readPage } from './pages.ts'

const ROWS = 25
const LIMIT = 10

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  async function furnished() {
    const { queries } = await open()
    for (let i = 0; i < ROWS; i++) {
      const name = String(i).padStart(2, '0')
      // Five rows share a moment, so that pages end within one.
      const row = { id: `acc_${name}`, name, rate_per_second: 1, created_at_ms: Math.floor(i / 5) }
      const state = i % 2 === 0 ? 'active' : 'frozen'
      await queries
        .insertInto('account')
        .values({ ...row, state })
        .execute()
    }
    return queries
  }

  test('pages hold every row once, the newest first, although moments are shared', async () => {
    const queries = await furnished()
    const ids: string[] = []
    let after: PageCursor | undefined
    do {
      const page = await readPage(queries, 'account', { limit: LIMIT, after })
      ids.push(...page.rows.map(({ id }) => id))
      after = page.next
      // Who comes meanwhile is on no later page.
      const row = { id: `new_${ids.length}`, rate_per_second: 1, state: 'active' }
      const late = { ...row, name: row.id, created_at_ms: 1_000 }
      await queries.insertInto('account').values(late).execute()
    } while (after !== undefined)
    const all = Array.from({ length: ROWS }, (_, i) => `acc_${String(i).padStart(2, '0')}`)
    expect(ids).toEqual(all.toReversed())
  })

  test('a condition chooses, an undefined one does not, and a last full page has no next', async () => {
    const queries = await furnished()
    const where = { state: 'frozen', name: undefined }
    const page = await readPage(queries, 'account', { limit: 12, where })
    expect(page.rows).toHaveLength(12)
    expect(page.next).toBeUndefined()
    const none = await readPage(queries, 'account', { limit: 5, where: { name: "' or 1 = 1 --" } })
    expect(none.rows).toEqual([])
  })

  test('the audit is read by its numbers', async () => {
    const { queries } = await open()
    for (let i = 0; i < 12; i++) {
      const line = { actor: 'test', atMs: 5, action: 'a.b', subject: '', detail: String(i) }
      await appendAudit(queries, line)
    }
    const first = await readPage(queries, 'audit', { limit: 7 })
    const second = await readPage(queries, 'audit', { limit: 7, after: first.next })
    const details = [...first.rows, ...second.rows].map(({ detail }) => Number(detail))
    expect(details).toEqual(Array.from({ length: 12 }, (_, i) => 11 - i))
  })
})
