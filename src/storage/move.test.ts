import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { callOf, TestClock } from '../../test/support/ledger-store.ts'
import { createDatabase } from '../../test/support/postgres.ts'
import { Place } from '../../test/support/service.ts'
import { Secret } from '../domain/secret.ts'
import { moveToPostgres } from './move.ts'
import type { MovedTable } from './portable.ts'
import type { Storage } from './storage.ts'

const directory = inject('postgresDirectory')
const clock = new TestClock()
const CALLS = 300
/** Serial of a charged call whose reply is not handed over. */
const LOST = 102
/** Serial of a call for which a vendor was being asked when the server ended. */
const ASKED = CALLS + 1

/** Charges, free calls, a reversal, a lost reply and what else a store may hold. */
async function use(storage: Storage): Promise<void> {
  const meter = await storage.openMeter({ clock, onFatal: () => undefined, serialBlock: 1_024 })
  const lane = { accountId: 'acc_live', keyId: 'key_x' }
  for (let i = 0; i < CALLS; i++) {
    const call = callOf(meter.serials.next(), clock.nowMs(), lane)
    if (i % 3 === 0) await meter.record({ ...call, result: 'name_malformed', billable: false })
    else await meter.burn(call)
    meter.delivered(call.serial, call.serial !== LOST)
  }
  const [serial, reason] = [2, 'goodwill']
  await storage.engine.transact(({ ledger }) =>
    ledger.reverseCharge({ serial, reason }, clock.nowMs()),
  )
  const asked = callOf(meter.serials.next(), clock.nowMs(), lane)
  const { serial: own, accountId, product, atMs } = asked
  const names = { id: 'asked.1', serial: own, requestId: 'asked', accountId, product, atMs }
  const row = { ...names, route: 'first', vendor: 'tencent', costCentifen: 2_500 }
  await meter.reserve(asked, { row })
  await meter.close()
  // The next server gives the unit back.
  await (await storage.openMeter({ clock, onFatal: () => undefined })).close()
}

async function furnished(): Promise<Place> {
  const place = new Place()
  onTestFinished(() => place.remove())
  await place.furnish({ units: 1_000, nowMs: clock.nowMs() - 1_000 })
  await place.withStorage(async (storage) => {
    await storage.sandbox.seed({ ratePerSecond: 20, nowMs: clock.nowMs() })
    const [key] = await storage.accounts.keys('acc_live')
    const limits = { addresses: ['10.0.0.0/8'], dailyCap: 1_000 }
    await storage.accounts.limitKey(key!.id, limits, { actor: 'test', atMs: clock.nowMs() })
    await use(storage)
    await storage.seal(clock.nowMs())
  })
  return place
}

async function move(
  place: Place,
  url: string,
  onTable: (moved: MovedTable) => void = () => {},
): Promise<ReadonlyMap<string, number>> {
  const tables: MovedTable[] = []
  const checks = await moveToPostgres({
    place: { dataDir: place.dataDir, databaseUrl: new Secret(url) },
    clock,
    verify: async () => ({ nowMs: clock.nowMs() }),
    onTable(moved) {
      tables.push(moved)
      onTable(moved)
    },
  })
  expect(checks.length).toBeGreaterThan(5)
  expect(checks.filter(({ ok }) => !ok)).toEqual([])
  return new Map(tables.map(({ table, rows }) => [table, rows]))
}

/** What administration sees of a store. */
function view({ accounts, decryptKeys, engine, grants, sandbox }: Storage) {
  const audit = engine.queries.selectFrom('audit').selectAll().orderBy('id').execute()
  return Promise.all([
    accounts.accounts(),
    accounts.keys(),
    decryptKeys.decryptKeys(),
    grants(),
    sandbox.chaos(),
    audit,
  ])
}

describe.skipIf(directory === '')('a move to PostgreSQL (skipped without PostgreSQL)', () => {
  test('loses nothing, proves the ledger, and goes on where the old store ended', async () => {
    const place = await furnished()
    const before = await place.withStorage(view)
    const url = await createDatabase(directory)
    const tables = await move(place, url)
    expect(tables.get('call')).toBe(CALLS)
    expect(tables.get('repeat')).toBe(CALLS + 1)
    expect(tables.get('entry')).toBeGreaterThan(CALLS / 2)

    const moved = new Place({ KAYAN_DATABASE_URL: url, KAYAN_KEY_FILE: `${place.dataDir}.key` })
    onTestFinished(() => moved.remove())
    await moved.withStorage(async (storage) => {
      expect(await view(storage)).toEqual(before)
      const keys = await storage.keySource.usableKeys()
      expect(keys.map(({ key }) => key.secret.reveal())).toContain('liveSecretKeyEXAMPLE')
      const meter = await storage.openMeter({ clock, onFatal: () => undefined })
      const serial = meter.serials.next()
      expect(serial).toBeGreaterThan(CALLS)
      const call = callOf(serial, clock.nowMs(), { accountId: 'acc_live', keyId: 'key_x' })
      expect(await meter.burn(call)).toBeUndefined()
      // Repeats of calls before the move are known, and what was lost is had again free.
      const { repeatKey } = callOf(5, 0)
      const next = () => ({ ...call, serial: meter.serials.next() })
      expect(await meter.burn({ ...next(), repeatKey })).toMatchObject({ earlier: { serial: 5 } })
      const again = { ...next(), repeatKey: callOf(ASKED, 0).repeatKey }
      expect(await meter.reserve(again)).toMatchObject({ earlier: { serial: ASKED, answer: '' } })
      const { elementToken } = callOf(LOST, 0)
      const lost = { ...next(), repeatKey: '', elementToken }
      expect(await meter.burn(lost)).toMatchObject({ earlier: { serial: LOST } })
      await meter.close()
      expect((await storage.verifyLedger()).filter(({ ok }) => !ok)).toEqual([])
    })
  })

  test('closes the old store for writing, and refuses a database that holds anything', async () => {
    const place = await furnished()
    const url = await createDatabase(directory)
    await move(place, url)
    await expect(place.withStorage(view)).rejects.toMatchObject({ code: 'moved' })
    await expect(move(place, url)).rejects.toMatchObject({ code: 'not_empty' })
    // The first move may have been into the wrong database.
    await move(place, await createDatabase(directory))
  })

  test('that is interrupted has moved nothing, leaves the old store in use, and can be started again', async () => {
    const place = await furnished()
    const url = await createDatabase(directory)
    const interrupted = move(place, url, ({ table }) => {
      if (table === 'entry') throw new Error('interrupted')
    })
    await expect(interrupted).rejects.toThrow('interrupted')
    await place.withStorage(use)
    const tables = await move(place, url)
    expect(tables.get('call')).toBe(2 * CALLS)
  })

  test('refuses while a service runs, and leaves the old store as it was', async () => {
    const place = await furnished()
    const kayan = await place.serve()
    const url = await createDatabase(directory)
    await expect(move(place, url)).rejects.toMatchObject({ code: 'in_use' })
    await kayan.stop('test')
    await place.withStorage(view)
  })
})
