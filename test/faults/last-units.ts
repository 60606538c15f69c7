/** C11: ten thousand calls race for five thousand units, twenty times on each engine. */
import { isFault } from '../../src/domain/fault.ts'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { openMeter } from '../../src/storage/sqlite/meter.ts'
import type { MeterHandle } from '../../src/storage/sqlite/meter-handle.ts'
import { verifyLedger } from '../../src/storage/sqlite/verify.ts'
import {
  callOf,
  grantUnits,
  newDataDir,
  removeDataDir,
  seedStore,
  TestClock,
} from '../support/ledger-store.ts'
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { openMeteringLoad } from './metering-load.ts'
import { endOf, type Suite } from './suite.ts'

const ROUNDS = 20
const NODES = 2
const CALLS = 10_000
const UNITS = 5_000

export const lastUnits: Suite = {
  name: 'C11 last units',
  async run(_seed, print) {
    const found: string[] = []
    const play = async (engine: string, round: () => Promise<string[]>) => {
      const findings: string[] = []
      for (let number = 1; number <= ROUNDS; number++) {
        findings.push(...(await round()).map((finding) => `${engine}, ${number}: ${finding}`))
      }
      print(`${engine}: ${ROUNDS} rounds, ${findings.length} findings`)
      found.push(...findings)
    }
    await play('SQLite', raceOnSqlite)
    if (postgresPrograms() === undefined) {
      return found.length > 0 ? { findings: found } : { skipped: 'PostgreSQL is not installed' }
    }
    const server = await startPostgres({ durable: true })
    try {
      const round = async () => raceOnPostgres(await server.createDatabase())
      await play(`PostgreSQL, ${NODES} nodes`, round)
    } finally {
      await server.stop()
    }
    return endOf(found, `${ROUNDS} rounds of ${CALLS} calls on ${UNITS} units on each engine`)
  },
}

async function raceOnSqlite(): Promise<string[]> {
  const dataDir = newDataDir()
  try {
    const clock = new TestClock()
    seedStore(dataDir)
    grantUnits(dataDir, UNITS, clock.nowMs())
    const fatal: string[] = []
    const onFatal = (error: Error) => void fatal.push(error.message)
    const meter = await openMeter({ dataDir, clock, onFatal })
    const wrong = await race([meter], clock.nowMs())
    await meter.close()
    const proofs = (await verifyLedger(dataDir)).filter(({ ok }) => !ok)
    const database = openDatabase(dataDir, { readOnly: true })
    const left = database.prepare('SELECT available FROM balance').get()?.available
    database.close()
    const rest = left === 0 ? [] : [`${left} units left`]
    return [...wrong, ...fatal, ...rest, ...proofs.map(({ id }) => `${id} does not hold`)]
  } finally {
    removeDataDir(dataDir)
  }
}

async function raceOnPostgres(url: string): Promise<string[]> {
  const load = await openMeteringLoad(url, NODES, UNITS)
  try {
    const wrong = await race(load.meters, Date.now())
    const left = await load.engine.queries.selectFrom('balance').select('available').execute()
    const rest = left[0]?.available === 0 ? [] : [`${left[0]?.available} units left`]
    return [...wrong, ...rest, ...(await load.findings())]
  } finally {
    await load.close()
  }
}

/** All calls at once, over all meters. */
async function race(meters: readonly MeterHandle[], nowMs: number): Promise<string[]> {
  const outcomes = await Promise.all(
    Array.from({ length: CALLS }, async (_, i) => {
      const meter = meters[i % meters.length]!
      const outcome = await meter.burn(callOf(meter.serials.next(), nowMs))
      return isFault(outcome) ? outcome.fault : outcome === undefined ? 'charged' : 'earlier'
    }),
  )
  const charged = outcomes.filter((outcome) => outcome === 'charged').length
  const refused = outcomes.filter((outcome) => outcome === 'quota_exhausted').length
  const exact = charged === UNITS && refused === CALLS - UNITS
  return exact ? [] : [`${charged} charged, ${refused} refused`]
}
