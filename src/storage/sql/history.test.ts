import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { insertLedger } from '../../../test/support/insert-ledger.ts'
import { type RandomLedger, randomLedgers } from '../../../test/support/random-ledger.ts'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import { checkpointOf, parseCheckpoint } from '../../billing/seal.ts'
import { LedgerAudit, type VerifyOptions } from '../../billing/verify.ts'
import { appendAudit } from './audit.ts'
import type { SqlEngine } from './engine.ts'
import { proveHistory } from './history.ts'
import { lastSeal, sealLedger } from './seals.ts'

const KEY = Buffer.alloc(32, 7)
/** Long after every entry of a random life. */
const LATER_MS = Date.parse('2040-01-01T00:00:00Z')

/** A life with some dozens of entries of most kinds. */
function longLife(): RandomLedger {
  const lives = fc.sample(randomLedgers, { numRuns: 200, seed: 11 })
  return lives.reduce((best, life) => (life.entries.length > best.entries.length ? life : best))
}

const LINE = { actor: 'test', action: 'grant.add', subject: 'grant 1', detail: '5 gift' }

async function audited(engine: SqlEngine, atMs = 1) {
  await appendAudit(engine.queries, { ...LINE, atMs })
}

/** Two seals over a life and its audit: one at its middle, one at its end. */
async function sealedStore(open: () => Promise<SqlEngine>) {
  const engine = await open()
  const life = longLife()
  const middle = life.entries.length >> 1
  await insertLedger(engine, { ...life, entries: life.entries.slice(0, middle) })
  await audited(engine)
  await sealLedger(engine, { key: KEY, nowMs: LATER_MS })
  await insertLedger(engine, { holdings: [], entries: life.entries.slice(middle) })
  await audited(engine)
  await audited(engine)
  await sealLedger(engine, { key: KEY, nowMs: LATER_MS + 1 })
  return { engine, life }
}

/** The checks of history that fail, with what they name. */
async function wrong(engine: SqlEngine, life: RandomLedger, options: VerifyOptions = {}) {
  const audit = new LedgerAudit(life.holdings, {})
  for (const entry of life.entries) audit.entry({ ...entry, call: undefined, undone: undefined })
  const results = await engine.snapshot((queries) =>
    proveHistory(queries, audit, { sealKey: KEY, ...options }),
  )
  return results.filter(({ ok }) => !ok).map(({ id, firstBad }) => [id, ...firstBad])
}

describe.each([...SQL_ENGINES])('%s', (_name, open) => {
  test('everything is sealed once, and an untouched history holds', async () => {
    const { engine, life } = await sealedStore(open)
    expect(await wrong(engine, life)).toEqual([])
    const last = await lastSeal(engine.queries)
    expect(last).toMatchObject({ number: 2, audit: { rows: 2 } })
    expect(await sealLedger(engine, { key: KEY, nowMs: LATER_MS + 2 })).toEqual(last)
  })

  test('two nodes that seal at once make one chain', async () => {
    const { engine, life } = await sealedStore(open)
    await audited(engine)
    const options = { key: KEY, nowMs: LATER_MS + 2 }
    await Promise.all([sealLedger(engine, options), sealLedger(engine, options)])
    expect((await lastSeal(engine.queries)).number).toBe(3)
    expect(await wrong(engine, life)).toEqual([])
  })

  test.each([
    ['an entry changed', 'seal 1', `UPDATE entry SET units = units + 1 WHERE id = 2`],
    ['an entry dropped', 'seal 1', `DELETE FROM entry WHERE id = 1`],
    ['an entry moved', 'seal 1', `UPDATE entry SET id = 0 WHERE id = 3`],
    [
      'the last entry dropped',
      'seal 2',
      `DELETE FROM entry WHERE id = (SELECT max(id) FROM entry)`,
    ],
    ['a reason changed', 'seal 1', `UPDATE entry SET reason = 'x' WHERE id = 2`],
    ['a line of the audit changed', 'seal 1', `UPDATE audit SET actor = 'nobody' WHERE id = 1`],
    ['a line of the audit dropped', 'seal 2', `DELETE FROM audit WHERE id = 3`],
    ['a seal dropped', 'seal 1', `DELETE FROM seal WHERE number = 1`],
    ['a seal moved', 'seal 2', `UPDATE seal SET number = 7 WHERE number = 2`],
    ['a seal of somebody else', 'seal 2', `UPDATE seal SET signature = digest WHERE number = 2`],
  ])('%s is found by its seal', async (_what, seal, statement) => {
    const { engine, life } = await sealedStore(open)
    await sql.raw(statement).execute(engine.queries)
    const found = new Map((await wrong(engine, life)).map(([id, ...names]) => [id, names]))
    expect(found.get('V10')).toContain(seal)
  })

  test('a past that was rewritten with all its seals is found by a checkpoint kept elsewhere', async () => {
    const { engine, life } = await sealedStore(open)
    const since = parseCheckpoint(checkpointOf(await lastSeal(engine.queries)))!
    expect(await wrong(engine, life, { since })).toEqual([])
    await sql`DELETE FROM seal`.execute(engine.queries)
    await sql`UPDATE audit SET actor = 'nobody' WHERE id = 1`.execute(engine.queries)
    await sealLedger(engine, { key: KEY, nowMs: LATER_MS + 9 })
    expect(await wrong(engine, life)).toEqual([])
    expect(await wrong(engine, life, { since })).toEqual([['V10', 'seal 2']])
  })

  test('a statement that does not close with what was left is found', async () => {
    const { engine, life } = await sealedStore(open)
    await sql`UPDATE entry SET kind = 'reserve' WHERE id =
      (SELECT min(id) FROM entry WHERE kind = 'burn')`.execute(engine.queries)
    const found = (await wrong(engine, life)).map(([id]) => id)
    expect(found).toContain('V11')
  })

  test('rows that may still get a neighbour with a lower number are left to the next seal', async () => {
    const engine = await open()
    await audited(engine, LATER_MS - 200_000)
    await audited(engine, LATER_MS - 1_000)
    await audited(engine, LATER_MS - 200_000)
    // SQLite numbers a row in the only transaction that writes: nothing can come before it later.
    const [now, later] = engine.name === 'sqlite' ? [3, 3] : [1, 2]
    const first = await sealLedger(engine, { key: KEY, nowMs: LATER_MS })
    expect(first).toMatchObject({ number: 1, audit: { rows: now } })
    const last = await sealLedger(engine, { key: KEY, nowMs: LATER_MS + 200_000 })
    expect(last).toMatchObject({ audit: { id: 3, rows: later } })
  })
})

test.runIf(SQL_ENGINES.has('PostgreSQL'))(
  'nothing is sealed behind a transaction that still writes (skipped without PostgreSQL)',
  async () => {
    const engine = await SQL_ENGINES.get('PostgreSQL')!()
    const startMs = Date.now()
    const options = { key: KEY, nowMs: startMs + 10_000_000 }
    await engine.transact(async ({ queries }) => {
      await appendAudit(queries, { ...LINE, atMs: startMs })
      await audited(engine, startMs)
      expect((await sealLedger(engine, options)).number).toBe(0)
    })
    expect(await sealLedger(engine, options)).toMatchObject({ number: 1, audit: { rows: 2 } })
  },
)

test('a checkpoint is read as it was written, and nothing else is one', () => {
  const digest = 'ab'.repeat(32)
  expect(parseCheckpoint(checkpointOf({ number: 12, digest }))).toEqual({ number: 12, digest })
  for (const text of ['', '12', `0-${digest}`, `12-${digest}0`, `12-${digest.toUpperCase()}`]) {
    expect(parseCheckpoint(text)).toBeUndefined()
  }
})
