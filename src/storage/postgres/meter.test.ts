import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, inject, onTestFinished, test, vi } from 'vitest'
import { type CommitProxy, openCommitProxy } from '../../../test/support/commit-proxy.ts'
import { callOf } from '../../../test/support/ledger-store.ts'
import {
  balancesAt,
  brokenAt,
  grantAt,
  type MeterPlace,
  openPostgresPlace,
  openPostgresPlaceAt,
} from '../../../test/support/meter-places.ts'
import { createDatabase } from '../../../test/support/postgres.ts'
import { Repeats } from '../../billing/repeats.ts'
import { type CallRow, CommitUnknown, type StoredAnswer } from '../../billing/store.ts'
import { isFault } from '../../domain/fault.ts'
import type { MeterHandle } from '../sqlite/meter-handle.ts'

const directory = inject('postgresDirectory')
const WAIT_MS = 4_000
const KEY = 'k'.repeat(32)
const FREE = { result: 'source_busy', billable: false, repeatKey: '', elementToken: '' } as const
const pg = test.skipIf(directory === '')

const pause = (durationMs: number) => new Promise<void>((wake) => setTimeout(wake, durationMs))

interface Node {
  readonly meter: MeterHandle
  readonly repeats: Repeats
}

async function nodesAt(place: MeterPlace, count: number): Promise<Node[]> {
  const names = Array.from({ length: count }, (_, i) => `node ${i}`)
  const meters = await Promise.all(names.map((nodeName) => place.open({ nodeName })))
  return meters.map((meter) => ({ meter, repeats: new Repeats(meter, [], pause) }))
}

/** One signed request on its way through a node, as the pipeline leads it. */
async function request(
  place: MeterPlace,
  { meter, repeats }: Node,
  row: Partial<CallRow> = {},
): Promise<StoredAnswer | string> {
  const call = callOf(meter.serials.next(), place.clock.nowMs(), { repeatKey: KEY, ...row })
  const seen = await repeats.open(KEY, call.atMs)
  if (seen !== undefined) return seen
  try {
    const result = await meter.burn(call)
    if (isFault(result)) return result.fault
    if (result !== undefined && 'full' in result) return result.full
    if (result !== undefined) return result.earlier ?? 'under way'
    repeats.remember(call)
    return call
  } finally {
    repeats.close(KEY)
  }
}

function callAt({ clock }: MeterPlace, meter: MeterHandle, row: Partial<CallRow> = {}): CallRow {
  return callOf(meter.serials.next(), clock.nowMs(), row)
}

pg('200 identical requests over two nodes are charged once and get the same bytes', async () => {
  const place = await openPostgresPlace()
  await grantAt(place, 10)
  const nodes = await nodesAt(place, 2)
  const asked = Array.from({ length: 200 }, (_, i) => request(place, nodes[i % 2]!))
  const answers = await Promise.all(asked)
  expect(new Set(answers.map((each) => (each as StoredAnswer).answer)).size).toBe(1)
  expect(await balancesAt(place)).toMatchObject([{ available: 9, used: 1 }])
  const later = await nodesAt(place, 1)
  expect(await request(place, later[0]!)).toMatchObject({
    answer: (answers[0] as StoredAnswer).answer,
  })
  expect(await brokenAt(place)).toEqual([])
})

pg('a repeat of a call that is under way on another node waits for its answer', async () => {
  const place = await openPostgresPlace()
  await grantAt(place, 10)
  const [one, two] = await nodesAt(place, 2)
  const held = callAt(place, one!.meter, { repeatKey: KEY })
  expect(await one!.meter.reserve(held)).toBeUndefined()
  expect(await two!.meter.reserve(callAt(place, two!.meter, { repeatKey: KEY }))).toEqual({
    earlier: undefined,
  })
  const waiting = two!.repeats.open(KEY, place.clock.nowMs())
  expect(await one!.meter.settle(held)).toBeUndefined()
  expect(await waiting).toMatchObject({ serial: held.serial, answer: held.answer })
  expect(await balancesAt(place)).toMatchObject([{ used: 1, reserved: 0 }])
})

pg(
  'when the call under way elsewhere ends without an answer to keep, the repeat goes on',
  async () => {
    const place = await openPostgresPlace()
    await grantAt(place, 10)
    const [one, two] = await nodesAt(place, 2)
    const held = callAt(place, one!.meter, { repeatKey: KEY })
    await one!.meter.reserve(held)
    const waiting = request(place, two!)
    await one!.meter.release({ ...held, ...FREE })
    const answer = (await waiting) as StoredAnswer
    expect(answer.repeatKey).toBe(KEY)
    expect(answer.serial).not.toBe(held.serial)
    expect(await balancesAt(place)).toMatchObject([{ used: 1, reserved: 0 }])
    expect(await brokenAt(place)).toEqual([])
  },
)

pg('a verdict that was lost on one node is given free by the other, until it arrives', async () => {
  const place = await openPostgresPlace()
  await grantAt(place, 10)
  const [one, two] = await nodesAt(place, 2)
  const call = callAt(place, one!.meter)
  await one!.meter.burn(call)
  one!.meter.delivered(call.serial, false)
  // The mark goes with the next call of its pool.
  await one!.meter.burn(callAt(place, one!.meter))
  const { elementToken } = call
  const retried = () => two!.meter.burn(callAt(place, two!.meter, { elementToken }))
  expect(await retried()).toMatchObject({ earlier: { serial: call.serial, answer: call.answer } })
  expect(await retried()).toMatchObject({ earlier: { serial: call.serial } })
  two!.meter.delivered(call.serial, true)
  expect(await retried()).toBeUndefined()
  expect(await balancesAt(place)).toMatchObject([{ used: 3 }])
  expect(await brokenAt(place)).toEqual([])
})

pg('a node that is declared dead stops, and another gives back what it held', async () => {
  const place = await openPostgresPlace()
  await grantAt(place, 10)
  const [one, two] = await nodesAt(place, 2)
  const held = callAt(place, one!.meter, { repeatKey: KEY })
  await one!.meter.reserve(held)
  const told = callAt(place, one!.meter)
  await one!.meter.burn(told)
  await place.engine.queries
    .updateTable('node' as never)
    .set({ state: 'dead' } as never)
    .where('name' as never, '=', 'node 0' as never)
    .execute()
  await vi.waitFor(() => expect(place.fatal[0]?.name).toBe('DeclaredDead'), WAIT_MS)
  expect(await one!.meter.burn(callAt(place, one!.meter))).toEqual({ fault: 'store_unavailable' })
  place.clock.wait(61_000)
  await vi.waitFor(async () => {
    expect(await balancesAt(place)).toMatchObject([{ available: 9, reserved: 0, used: 1 }])
  }, WAIT_MS)
  expect(await request(place, two!)).toMatchObject({ repeatKey: KEY })
  // Nobody knows whether its last verdict arrived: it is given again.
  const { elementToken } = told
  expect(await two!.meter.burn(callAt(place, two!.meter, { elementToken }))).toMatchObject({
    earlier: { serial: told.serial },
  })
  expect(await brokenAt(place)).toEqual([])
})

pg(
  'a node whose heart does not move is declared dead by the others, and by nobody else',
  async () => {
    const place = await openPostgresPlace()
    await nodesAt(place, 2)
    const nodes = () =>
      place.engine.queries
        .selectFrom('node' as never)
        .select(['name', 'state'] as never[])
        .orderBy('id' as never)
        .execute() as Promise<unknown>
    const silent = { name: 'silent', state: 'running', beats: 7, watermark: 0 }
    await place.engine.queries
      .insertInto('node' as never)
      .values(silent as never)
      .execute()
    const alive = ['node 0', 'node 1'].map((name) =>
      expect.objectContaining({ name, state: 'running' }),
    )
    await pause(1_200)
    place.clock.wait(6_000)
    const dead = expect.objectContaining({ name: 'silent', state: 'ended' })
    await vi.waitFor(async () => {
      expect(await nodes()).toEqual(expect.arrayContaining([...alive, dead]))
    }, WAIT_MS)
    expect(place.fatal).toEqual([])
  },
)

pg('a new start under a name ends the one before, which finds out and stops', async () => {
  const place = await openPostgresPlace()
  await grantAt(place, 1)
  const [old] = await nodesAt(place, 1)
  await old!.meter.reserve(callAt(place, old!.meter))
  const [next] = await nodesAt(place, 1)
  expect(await next!.meter.burn(callAt(place, next!.meter))).toBeUndefined()
  await vi.waitFor(() => expect(place.fatal[0]?.name).toBe('DeclaredDead'), WAIT_MS)
  expect(await brokenAt(place)).toEqual([])
})

pg('a server that acknowledges before its disk has the bytes is refused', async () => {
  const place = await openPostgresPlace()
  const refused = place.open({ allowVolatile: false })
  await expect(refused).rejects.toMatchObject({ code: 'failed', message: /fsync is off/ })
})

pg(
  'a clock that is behind that of another node does not take the ledger back in time',
  async () => {
    const place = await openPostgresPlace()
    await grantAt(place, 10, { expiresAtMs: place.clock.nowMs() + 10_000 })
    const [one] = await nodesAt(place, 1)
    place.clock.wait(5_000)
    await one!.meter.burn(callAt(place, one!.meter))
    place.clock.wait(-4_000)
    await one!.meter.burn(callAt(place, one!.meter))
    const entries = await place.engine.queries
      .selectFrom('entry')
      .select('at_ms')
      .where('kind', '=', 'burn')
      .execute()
    expect(new Set(entries.map(({ at_ms }) => at_ms)).size).toBe(1)
    expect(await brokenAt(place)).toEqual([])
  },
)

/** Blocks of entry numbers that were taken: one whenever a pool was read before it was written. */
async function blocksAt({ engine }: MeterPlace): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT last_value AS n FROM entry_block`.execute(
    engine.queries,
  )
  return Number(rows[0]?.n)
}

pg('a node alone at a pool reads it no more, until anybody else moves its units', async () => {
  const place = await openPostgresPlace()
  const grant = await grantAt(place, 10)
  const [one, two] = await nodesAt(place, 2)
  const burn = (node: Node, row?: Partial<CallRow>) =>
    node.meter.burn(callAt(place, node.meter, row))
  await burn(one!)
  await burn(one!)
  const blocks = await blocksAt(place)
  expect(await burn(one!)).toBeUndefined()
  expect(await blocksAt(place)).toBe(blocks)
  expect(await burn(two!)).toBeUndefined()
  expect(await burn(one!)).toBeUndefined()
  expect(await balancesAt(place)).toMatchObject([{ available: 5, used: 5 }])
  await burn(one!)
  const change = { grantId: grant.id, units: 4, reason: 'test' }
  await place.engine.transact(({ ledger }) => ledger.withdrawGrant(change, place.clock.nowMs()))
  expect(await burn(one!)).toMatchObject({ fault: expect.any(String) })
  expect(await balancesAt(place)).toMatchObject([{ available: 0, used: 6, withdrawn: 4 }])
  expect(await brokenAt(place)).toEqual([])
})

pg('a repeat or a lost verdict is found also by a node that reads its pool no more', async () => {
  const place = await openPostgresPlace()
  await grantAt(place, 10)
  const [one, two] = await nodesAt(place, 2)
  const burn = (row?: Partial<CallRow>) => one!.meter.burn(callAt(place, one!.meter, row))
  const lost = callAt(place, two!.meter)
  await two!.meter.burn(lost)
  const first = callAt(place, one!.meter, { repeatKey: KEY })
  for (const call of [callAt(place, one!.meter), first]) await one!.meter.burn(call)
  expect(await burn({ repeatKey: KEY })).toMatchObject({ earlier: { serial: first.serial } })
  two!.meter.delivered(lost.serial, false)
  await two!.meter.close()
  await burn()
  expect(await burn({ elementToken: lost.elementToken })).toMatchObject({
    earlier: { serial: lost.serial },
  })
  expect(await balancesAt(place)).toMatchObject([{ used: 4 }])
  expect(await brokenAt(place)).toEqual([])
})

/** Anything a caller or an operator may do, each told apart by a number below `ACTIONS`. */
const ACTIONS = 12

async function act(place: MeterPlace, meter: MeterHandle, choice: number, seed: number) {
  const { clock, engine } = place
  const nowMs = clock.nowMs()
  const product = seed % 3 === 0 ? 'card2' : 'card4'
  const capped = seed % 4 === 0 ? { keyId: 'key_capped', dailyCap: 40 } : {}
  const row = callAt(place, meter, { product, ...capped })
  const change = { grantId: 1 + (seed % 6), reason: 'test' }
  const until = { ...change, expiresAtMs: nowMs + ((seed * 7_919) % 4_000) - 1_000 }
  switch (choice) {
    case 0:
      return void (await grantAt(place, 1 + (seed % 9), { product, priority: seed % 2 }))
    case 1:
      return void (await engine.transact(({ ledger }) => ledger.extendGrant(until, nowMs)))
    case 2:
      return void (await engine.transact(({ ledger }) => ledger.shortenGrant(until, nowMs)))
    case 3:
      return void (await engine.transact(({ ledger }) => ledger.expireGrants(nowMs)))
    case 4:
    case 5: {
      const held = await meter.reserve(row)
      if (held !== undefined) return
      if (choice === 4) await meter.settle(row)
      else await meter.release({ ...row, ...FREE })
      return
    }
    case 6: {
      const order = { serial: Math.max(1, row.serial - (seed % 50)), reason: 'test' }
      return void (await engine.transact(({ ledger }) => ledger.reverseCharge(order, nowMs)))
    }
    case 7:
      return clock.wait((seed % 500) - 100)
    default:
      return void (await meter.burn(row))
  }
}

pg(
  'any mix of calls, operators and clock steps over two nodes leaves every charge provable',
  async () => {
    const place = await openPostgresPlace()
    await grantAt(place, 20)
    const nodes = await nodesAt(place, 2)
    const choices = fc.tuple(fc.nat(ACTIONS - 1), fc.nat(10_000))
    const rounds = fc.array(fc.array(choices, { maxLength: 24 }), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(rounds, async (mix) => {
        for (const round of mix) {
          await Promise.all(
            round.map(([choice, seed]) => act(place, nodes[seed % 2]!.meter, choice, seed)),
          )
        }
        expect(await brokenAt(place)).toEqual([])
      }),
      { numRuns: 12, endOnFailure: true },
    )
    expect(place.fatal).toEqual([])
  },
)

/** A place whose way to the database can be cut. */
async function behindProxy(): Promise<{
  place: MeterPlace
  proxy: CommitProxy
  meter: MeterHandle
}> {
  const url = await createDatabase(directory)
  const proxy = await openCommitProxy(url, directory)
  const place = await openPostgresPlaceAt(url)
  onTestFinished(() => proxy.close())
  await grantAt(place, 10)
  return { place, proxy, meter: await place.open({ url: proxy.url }) }
}

pg('a commit that did not reach the server is refused free', async () => {
  const { place, proxy, meter } = await behindProxy()
  proxy.cut('commit')
  const call = callAt(place, meter)
  expect(await meter.burn(call)).toEqual({ fault: 'store_unavailable' })
  await vi.waitFor(() => expect(meter.health().writable).toBe(true), WAIT_MS)
  expect(await balancesAt(place)).toMatchObject([{ available: 10, used: 0 }])
  expect(await meter.burn(callAt(place, meter))).toBeUndefined()
  expect(await brokenAt(place)).toEqual([])
})

pg('a commit whose answer was lost is found out, and its calls are answered', async () => {
  const { place, proxy, meter } = await behindProxy()
  proxy.cut('answer')
  const outcomes = await Promise.all(
    Array.from({ length: 5 }, () => meter.burn(callAt(place, meter))),
  )
  expect(outcomes).toEqual(Array(5).fill(undefined))
  expect(await balancesAt(place)).toMatchObject([{ available: 5, used: 5 }])
  expect(await brokenAt(place)).toEqual([])
})

pg(
  'a commit nobody can ask about rejects for its calls alone; the node lives and gives them again',
  async () => {
    const { place, proxy, meter } = await behindProxy()
    proxy.cut('answer', true)
    const call = callAt(place, meter)
    await expect(meter.burn(call)).rejects.toBeInstanceOf(CommitUnknown)
    expect(place.fatal).toEqual([])
    expect(await meter.burn(callAt(place, meter))).toEqual({ fault: 'store_unavailable' })
    expect(await balancesAt(place)).toMatchObject([{ used: 1 }])
    proxy.open()
    await vi.waitFor(() => expect(meter.health().writable).toBe(true), WAIT_MS)
    expect(await meter.burn(callAt(place, meter))).toBeUndefined()
    const { elementToken } = call
    expect(await meter.burn(callAt(place, meter, { elementToken }))).toMatchObject({
      earlier: { serial: call.serial },
    })
    expect(await brokenAt(place)).toEqual([])
  },
)
