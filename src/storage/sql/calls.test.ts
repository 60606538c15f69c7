import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { SQL_ENGINES } from '../../../test/support/sql-engines.ts'
import type { CallFilter, LoggedCall } from '../../billing/call-log.ts'
import { SqlCalls } from './calls.ts'
import type { SqlEngine } from './engine.ts'

const START_MS = 1_800_000_000_000
const HOUR_MS = 3_600_000

/** A call as a test stores it. */
interface Stored {
  readonly serial: number
  readonly atMs?: number
  readonly accountId?: string
  readonly api?: string
  readonly result?: string
  readonly client?: string
  readonly index?: string
  /** Of the entry that charged it. */
  readonly entryId?: number
}

/** What a store remembers of a lane. */
const LANES = [
  { id: 1, account_id: 'acc_1', key_id: 'key_1', api: 'tencent.A', source: 'registry' },
  { id: 2, account_id: 'acc_2', key_id: 'key_2', api: 'aliyun.B', source: '' },
] as const

async function open(opening: () => Promise<SqlEngine>) {
  const engine = await opening()
  for (const lane of LANES) {
    const { id, account_id, key_id, api, source } = lane
    const always = engine.name === 'postgres' ? sql`OVERRIDING SYSTEM VALUE` : sql``
    await sql`INSERT INTO lane (id, account_id, key_id, api, product, mode, source) ${always}
      VALUES (${id}, ${account_id}, ${key_id}, ${api}, 'card4', 'live', ${source})`.execute(
      engine.queries,
    )
  }
  return { engine, calls: new SqlCalls(engine) }
}

async function store({ queries, name }: SqlEngine, call: Stored): Promise<void> {
  const { serial, atMs = START_MS + serial, result = 'match', entryId = null } = call
  const lane = LANES.find(({ account_id }) => account_id === (call.accountId ?? 'acc_1'))!
  const index = call.index === undefined ? null : Buffer.from(call.index, 'latin1')
  // The key of the table that a distributed engine is laid out by.
  const [column, value] = name === 'postgres' ? [sql`account_id,`, sql`${lane.account_id},`] : []
  await sql`INSERT INTO call (${column ?? sql``} serial, lane_id, at_ms, result, billable,
      rule_version, latency_us, entry_id, answer, client, element_index, steps)
    VALUES (${value ?? sql``} ${serial}, ${lane.id}, ${atMs}, ${result}, ${entryId === null ? 0 : 1}, 1,
      250, ${entryId}, 'answer', ${call.client ?? null}, ${index}, '83 95')`.execute(queries)
}

async function enter(
  { queries, name }: SqlEngine,
  entry: { id: number; kind: string; serial?: number; undoes?: number; atMs?: number },
): Promise<void> {
  const { id, kind, serial = null, undoes = null, atMs = START_MS } = entry
  const [column, value] = name === 'postgres' ? [sql`account_id,`, sql`'acc_1',`] : []
  await sql`INSERT INTO entry (${column ?? sql``} id, kind, grant_id, units, at_ms, serial, undoes)
    VALUES (${value ?? sql``} ${id}, ${kind}, 1, 1, ${atMs}, ${serial}, ${undoes})`.execute(queries)
}

async function serials(calls: SqlCalls, filter: CallFilter): Promise<number[]> {
  const found: LoggedCall[] = []
  for await (const call of calls.stream(filter)) found.push(call)
  return found.map(({ serial }) => serial)
}

describe.each([...SQL_ENGINES])('%s', (_name, opening) => {
  test('finds calls by what they were, the newest first', async () => {
    const { engine, calls } = await open(opening)
    await store(engine, { serial: 1, entryId: 11 })
    await store(engine, { serial: 2, accountId: 'acc_2', result: 'source_busy' })
    await store(engine, { serial: 3, result: 'mismatch', entryId: 13, client: '203.0.113.*' })
    await enter(engine, { id: 11, kind: 'burn', serial: 1 })
    await enter(engine, { id: 13, kind: 'burn', serial: 3 })
    await enter(engine, { id: 20, kind: 'reverse', undoes: 11 })
    const expected: [CallFilter, number[]][] = [
      [{}, [3, 2, 1]],
      [{ accountId: 'acc_1' }, [3, 1]],
      [{ keyId: 'key_2' }, [2]],
      [{ api: 'aliyun.B' }, [2]],
      [{ source: 'registry' }, [3, 1]],
      [{ source: '' }, [2]],
      [{ mode: 'test' }, []],
      [{ result: 'mismatch' }, [3]],
      [{ charged: true }, [3]],
      [{ charged: false }, [2, 1]],
      [{ sinceMs: START_MS + 2 }, [3, 2]],
      [{ untilMs: START_MS + 2 }, [1]],
      [{ sinceMs: START_MS + 2, untilMs: START_MS + 3, accountId: 'acc_1' }, []],
    ]
    for (const [filter, found] of expected) expect(await serials(calls, filter)).toEqual(found)
    expect(await calls.find(3)).toEqual({
      serial: 3,
      atMs: START_MS + 3,
      accountId: 'acc_1',
      keyId: 'key_1',
      api: 'tencent.A',
      product: 'card4',
      mode: 'live',
      source: 'registry',
      result: 'mismatch',
      billable: true,
      ruleVersion: 1,
      latencyUs: 250,
      steps: '83 95',
      answer: 'answer',
      client: '203.0.113.*',
      grantId: 1,
      reversed: false,
    })
    expect(await calls.find(1)).toMatchObject({ grantId: 1, reversed: true })
    expect(await calls.find(4)).toBeUndefined()
  })

  test('finds the calls of an element by its token, in its own place alone', async () => {
    const { engine, calls } = await open(opening)
    const zeros = '\0'.repeat(8)
    const token = '\u00ff\u0000abcdef'
    await store(engine, { serial: 1, index: zeros + zeros + token + zeros })
    await store(engine, { serial: 2, index: token + zeros + zeros + zeros })
    await store(engine, { serial: 3, accountId: 'acc_2', index: zeros + zeros + token + zeros })
    await store(engine, { serial: 4 })
    const element = { position: 2, tokens: ['another.', token] }
    expect(await serials(calls, { element })).toEqual([3, 1])
    expect(await serials(calls, { element, accountId: 'acc_1' })).toEqual([1])
    expect(await serials(calls, { element: { position: 2, tokens: [] } })).toEqual([])
  })

  test('pages follow each other without a gap or a repetition, over the gaps of restarts', async () => {
    const { engine, calls } = await open(opening)
    const kept = [5, 6, 7, 2_000_000, 2_000_001, 2_030_000, 9_000_000]
    for (const serial of kept) await store(engine, { serial, atMs: START_MS + serial })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 9 }), async (limit) => {
        const found: number[] = []
        let page = await calls.page({}, limit)
        for (;;) {
          expect(page.calls.length).toBeLessThanOrEqual(limit)
          found.push(...page.calls.map(({ serial }) => serial))
          if (page.next === undefined) break
          page = await calls.page({}, limit, page.next)
        }
        expect(found).toEqual(kept.toReversed())
      }),
      { numRuns: 9 },
    )
  })

  test('a glance looks at so many calls and no more, and the glances together find all', async () => {
    const { engine, calls } = await open(opening)
    const kept = [1, 250_000, 250_001, 600_000, 2_000_000]
    for (const serial of [...kept, 200_000, 100_000, 300_000, 400_000, 500_000, 700_000, 900_000]) {
      const result = kept.includes(serial) ? 'match' : 'mismatch'
      await store(engine, { serial, atMs: START_MS + serial, result })
    }
    const found: number[] = []
    let page = await calls.glance({ result: 'match' }, 3)
    while (page.next !== undefined) {
      found.push(...page.calls.map(({ serial }) => serial))
      page = await calls.glance({ result: 'match' }, 3, page.next)
    }
    found.push(...page.calls.map(({ serial }) => serial))
    expect(found).toEqual(kept.toReversed())
  })

  test('a clock that was stepped hides no call from its time', async () => {
    const { engine, calls } = await open(opening)
    const offsets = [0, 10, -HOUR_MS / 2, 20, HOUR_MS / 2, 30, 2 * HOUR_MS, 3 * HOUR_MS]
    for (const [i, offset] of offsets.entries()) {
      await store(engine, { serial: i + 1, atMs: START_MS + offset })
    }
    const found = await serials(calls, { sinceMs: START_MS, untilMs: START_MS + HOUR_MS })
    expect(found.toSorted()).toEqual([1, 2, 4, 5, 6])
  })

  test('counts calls and charges by Beijing day, account, interface and result', async () => {
    const { engine, calls } = await open(opening)
    // 2027-01-16 in Beijing begins at 16:00 UTC of the day before.
    const dawnMs = Date.parse('2027-01-16T00:00:00+08:00')
    await store(engine, { serial: 1, atMs: dawnMs - 1, entryId: 1 })
    await store(engine, { serial: 2, atMs: dawnMs, entryId: 2 })
    await store(engine, { serial: 3, atMs: dawnMs + 1, entryId: 3 })
    await enter(engine, { id: 9, kind: 'reverse', undoes: 3 })
    const totals = await calls.totals({ accountId: 'acc_1' })
    const day = Date.UTC(2027, 0, 16) / 86_400_000
    const same = { accountId: 'acc_1', api: 'tencent.A', result: 'match' }
    expect(totals.toSorted((a, b) => a.day - b.day)).toEqual([
      { ...same, day: day - 1, calls: 1, charged: 1 },
      { ...same, day, calls: 2, charged: 1 },
    ])
  })

  test('tells what the ledger did for a call, and what undid it', async () => {
    const { engine, calls } = await open(opening)
    await store(engine, { serial: 7, entryId: 3 })
    await store(engine, { serial: 8 })
    await store(engine, { serial: 9, entryId: 5 })
    await store(engine, { serial: 10 })
    const kinds = ['grant', 'reserve', 'settle', 'reserve', 'burn', 'release', 'reverse']
    const of = [undefined, 7, 7, 8, 9, 8, undefined]
    for (const [i, kind] of kinds.entries()) {
      await enter(engine, {
        id: i + 1,
        kind,
        atMs: START_MS + 8 * i,
        ...(of[i] !== undefined && { serial: of[i] }),
        ...(kind === 'reverse' && { undoes: 3 }),
      })
    }
    const story = async (serial: number) => {
      const entries = await calls.entries((await calls.find(serial))!)
      return entries.map(({ id, kind }) => `${id} ${kind}`)
    }
    expect(await story(7)).toEqual(['2 reserve', '3 settle', '7 reverse'])
    expect(await story(8)).toEqual(['4 reserve', '6 release'])
    expect(await story(9)).toEqual(['5 burn'])
    expect(await story(10)).toEqual([])
  })
})
