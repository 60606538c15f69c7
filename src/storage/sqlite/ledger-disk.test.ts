import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  callOf,
  grantUnits,
  newDataDir,
  removeDataDir,
  seedStore,
  TestClock,
} from '../../../test/support/ledger-store.ts'
import type { Batch, Command } from '../../billing/command.ts'
import { laneOf } from '../../billing/lanes.ts'
import { CommitUnknown } from '../../billing/store.ts'
import { RESERVATION_MS_MAX, Writer } from '../../billing/writer.ts'
import { AnswerReader } from './answer-reader.ts'
import { type Database, openDatabase } from './database.ts'
import { classifyFailure, SqliteLedgerDisk } from './ledger-disk.ts'
import { verifyLedger } from './verify.ts'

let dataDir: string
let database: Database
const clock = new TestClock()

beforeEach(() => {
  dataDir = newDataDir()
  seedStore(dataDir)
  grantUnits(dataDir, 10, clock.nowMs())
  database = openDatabase(dataDir)
  database.exec('PRAGMA busy_timeout = 0; UPDATE ledger SET next_serial = 100')
})

afterEach(() => {
  database.close()
  removeDataDir(dataDir)
})

function burnOf(serial: number): Command {
  const row = callOf(serial, clock.nowMs())
  return { ...row, operation: 'burn', lane: laneOf(row), late: false }
}

function batchOf(...commands: Command[]): Batch {
  return { nowMs: clock.nowMs(), watermark: 0, commands }
}

function charges(): unknown {
  return database.prepare(`SELECT count(*) AS n FROM entry WHERE kind = 'burn'`).get()?.n
}

test('a store that another process keeps locked refuses the batch whole, and takes it again later', () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  const other = openDatabase(dataDir)
  other.exec('BEGIN IMMEDIATE')
  const { results, refused } = writer.commit(batchOf(burnOf(1), burnOf(2)))
  expect({ results, refused }).toEqual({
    results: ['store_unavailable', 'store_unavailable'],
    refused: true,
  })
  other.exec('ROLLBACK')
  other.close()
  expect(writer.commit(batchOf(burnOf(1), burnOf(2))).results).toEqual([undefined, undefined])
  expect(charges()).toBe(2)
})

test('what a refused batch named for the first time is named again by the next', async () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  const bad = { ...burnOf(1), elementToken: 'too short' }
  expect(writer.commit(batchOf(bad)).results).toEqual(['internal'])
  const same = { ...burnOf(2), lane: bad.lane }
  expect(writer.commit(batchOf(same)).results).toEqual([undefined])
  expect((await verifyLedger(dataDir)).filter(({ ok }) => !ok)).toEqual([])
})

test('calls of a batch are recognised again exactly when they were kept', () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  writer.commit(batchOf(burnOf(1), { ...burnOf(2), repeatKey: 'too short' }, burnOf(1), burnOf(3)))
  database.exec('PRAGMA max_page_count = 1')
  const full = writer.commit(batchOf({ ...burnOf(4), answer: 'x'.repeat(100_000) }))
  expect(full.refused).toBe(true)
  database.exec('PRAGMA max_page_count = 100000')
  writer.commit(batchOf(burnOf(5)))
  const reader = new AnswerReader(dataDir)
  const recognised = [...reader.recentAnswers(0)].map(({ serial }) => serial)
  expect(recognised).toEqual([1, 3, 5])
  for (const serial of recognised) {
    expect(reader.answerOf(serial)).toMatchObject({ repeatKey: burnOf(serial).repeatKey })
  }
  expect([2, 4].map((serial) => reader.answerOf(serial))).toEqual([undefined, undefined])
  reader.close()
})

function undelivered(): unknown[] {
  return database
    .prepare('SELECT serial FROM undelivered')
    .all()
    .map(({ serial }) => serial)
}

test('a call charged behind the watermark is named undelivered in its own transaction', () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  writer.commit(batchOf({ ...burnOf(1), late: true }, burnOf(2)))
  expect(undelivered()).toEqual([1])
  writer.commit(batchOf({ ...burnOf(1), operation: 'found' }, { ...burnOf(2), operation: 'lost' }))
  expect(undelivered()).toEqual([2])
})

test('a reservation that lost its request is given back by the sweep, and can be charged no more', () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  writer.commit(batchOf({ ...burnOf(1), operation: 'reserve' }))
  writer.sweep(clock.nowMs() + RESERVATION_MS_MAX)
  const balance = () => database.prepare('SELECT available, reserved FROM balance').get()
  expect(balance()).toMatchObject({ available: 9, reserved: 1 })
  writer.sweep(clock.nowMs() + RESERVATION_MS_MAX + 1)
  expect(balance()).toMatchObject({ available: 10, reserved: 0 })
  const { results } = writer.commit(batchOf({ ...burnOf(1), operation: 'settle' }))
  expect(results).toEqual(['internal'])
})

test('a free result is never charged and a charged one never given back', () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  const reserved = { ...burnOf(1), operation: 'reserve' as const }
  const { results } = writer.commit(
    batchOf(reserved, { ...reserved, operation: 'release' }, { ...burnOf(2), billable: false }),
  )
  expect(results).toEqual([undefined, 'internal', 'internal'])
})

/** A disk whose commit fails with an error of input or output, when it is told to. */
class FailingDisk extends SqliteLedgerDisk {
  fails: 'before' | 'after' | undefined

  override commit(): void {
    const { fails } = this
    if (fails !== 'before') super.commit()
    if (fails !== undefined) throw Object.assign(new Error('disk I/O error'), { errcode: 1034 })
  }
}

test.each([
  ['before', 0],
  ['after', 1],
] as const)(
  'a sync that fails %s the rows were kept is an unknown outcome, and the disk decides',
  async (fails, kept) => {
    const disk = new FailingDisk(database)
    const writer = new Writer(disk, classifyFailure)
    writer.recover(clock.nowMs())
    disk.fails = fails
    expect(() => writer.commit(batchOf(burnOf(1)))).toThrow(CommitUnknown)
    database.close()

    database = openDatabase(dataDir)
    const next = new Writer(new SqliteLedgerDisk(database), classifyFailure)
    next.recover(clock.nowMs())
    expect(charges()).toBe(kept)
    expect(next.commit(batchOf(burnOf(2))).results).toEqual([undefined])
    expect((await verifyLedger(dataDir)).filter(({ ok }) => !ok)).toEqual([])
  },
)

test('after an unclean end only the entries since the last checkpoint are proved', () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  writer.recover(clock.nowMs())
  writer.commit(batchOf(burnOf(1), burnOf(2)))
  writer.sweep(clock.nowMs())
  writer.commit(batchOf(burnOf(3)))
  const checkpoint = database.prepare('SELECT used FROM checkpoint').get()
  expect(checkpoint).toMatchObject({ used: 2 })
  const disk = new SqliteLedgerDisk(database)
  expect(disk.compareTail()).toEqual([])
  database.exec('UPDATE balance SET available = available + 1, used = used - 1')
  expect(disk.compareTail()).toEqual([1])
})

test('keeps where a call came from and what it is searched by, and null where there is neither', () => {
  const writer = new Writer(new SqliteLedgerDisk(database), classifyFailure)
  const elementIndex = String.fromCharCode(...Array.from({ length: 32 }, (_, i) => 255 - i))
  const known = { ...burnOf(1), client: '203.0.113.*', elementIndex }
  writer.commit(batchOf(known, burnOf(2)))
  const rows = database.prepare('SELECT client, hex(element_index) AS i FROM call').all()
  const hex = Buffer.from(elementIndex, 'latin1').toString('hex').toUpperCase()
  expect(rows).toMatchObject([
    { client: '203.0.113.*', i: hex },
    { client: null, i: '' },
  ])
})

test('old calls lose what is not kept for ever, chunk by chunk, and their charges stay proved', async () => {
  grantUnits(dataDir, 1_000, clock.nowMs())
  database.exec('UPDATE ledger SET next_serial = 10000')
  const indexed = { client: '203.0.113.*', elementIndex: 'x'.repeat(32) }
  const many = Array.from({ length: 400 }, (_, i) => ({ ...burnOf(i + 1), ...indexed }))
  new Writer(new SqliteLedgerDisk(database), classifyFailure).commit(batchOf(...many))
  const cutoffs = { repeatsMs: 0, callsMs: clock.nowMs() + 1 }
  const kept = () =>
    database
      .prepare(`SELECT count(*) AS n FROM call WHERE answer <> '' OR client IS NOT NULL
                OR element_index IS NOT NULL`)
      .get()?.n
  const purge = () => new Writer(new SqliteLedgerDisk(database), classifyFailure).purge(cutoffs)
  expect(purge()).toBe(true)
  expect(kept()).toBe(144)
  // A later writer goes on where this one stopped; what is younger stays whole.
  clock.wait(10)
  new Writer(new SqliteLedgerDisk(database), classifyFailure).commit(
    batchOf({ ...burnOf(401), ...indexed }),
  )
  expect(purge()).toBe(false)
  expect(kept()).toBe(1)
  expect(purge()).toBe(false)
  expect(database.prepare('SELECT count(*) AS n FROM call').get()?.n).toBe(401)
  const wrong = (await verifyLedger(dataDir)).filter(({ ok }) => !ok)
  expect(wrong).toEqual([])
})
