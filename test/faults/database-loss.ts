/**
 * C8: PostgreSQL is killed and started again under load, and its backends are ended in the middle of
 * commits. Unknown commits are found out, and calls are charged again soon after.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { type MeteringLoad, openMeteringLoad } from './metering-load.ts'
import { endOf, type Suite } from './suite.ts'

const ROUNDS = 5
const NODES = 2
const CALLERS = 48
const UNITS = 10_000_000
const LOAD_MS = 1_200
const OUTAGE_MS = 700
const TERMINATIONS = 25
const TERMINATION_PAUSE_MS = 40
/** From the moment the database answers again (reliability, C8). */
const BACK_MS_MAX = 5_000
const BACK_LOOK_MS = 20

/** Ends whoever is committing or writing at this moment. */
const TERMINATE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'kayan meter' AND state <> 'idle' AND pid <> pg_backend_pid()`

export const databaseLoss: Suite = {
  name: 'C8 database lost',
  async run(_seed, print) {
    if (postgresPrograms() === undefined) return { skipped: 'PostgreSQL is not installed' }
    const server = await startPostgres({ durable: true })
    const url = await server.createDatabase()
    const load = await openMeteringLoad(url, NODES, UNITS)
    const found: string[] = []
    const stop = new AbortController()
    const running = load.run(CALLERS, stop.signal)
    try {
      for (let round = 1; round <= ROUNDS; round++) {
        await sleep(LOAD_MS)
        await server.kill()
        await sleep(OUTAGE_MS)
        await server.restart()
        const killed = await backAfter(load)
        await sleep(LOAD_MS)
        const ended = await terminate(url)
        const terminated = await backAfter(load)
        print(
          `round ${round}: back ${killed} ms after the kill, ${terminated} ms after ${ended} ended backends; ${summary(load)}`,
        )
        for (const ms of [killed, terminated]) {
          if (ms > BACK_MS_MAX) found.push(`round ${round}: back only after ${ms} ms`)
        }
      }
      stop.abort()
      await running
      found.push(...load.fatal.map(({ message }) => `a node stopped: ${message}`))
      found.push(...(await load.findings()))
      if (load.told.charged.size === 0) found.push('nothing was charged')
      return endOf(found, `${ROUNDS} rounds, ${summary(load)}`)
    } finally {
      stop.abort()
      await running.catch(() => {})
      await load.close()
      await server.stop()
    }
  },
}

/** Milliseconds until a call is charged again. */
async function backAfter({ told }: MeteringLoad): Promise<number> {
  const sinceMs = performance.now()
  while (told.chargedMs < sinceMs && performance.now() - sinceMs < 2 * BACK_MS_MAX) {
    await sleep(BACK_LOOK_MS)
  }
  return Math.round(performance.now() - sinceMs)
}

/** Ends backends in the middle of their work, again and again; returns how many. */
async function terminate(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  let ended = 0
  for (let i = 0; i < TERMINATIONS; i++) {
    ended += (await client.query(TERMINATE)).rowCount ?? 0
    await sleep(TERMINATION_PAUSE_MS)
  }
  await client.end()
  return ended
}

function summary({ told: { charged, refused, unknown } }: MeteringLoad): string {
  return `${charged.size} charged, ${refused.size} refused, ${unknown.size} unknown`
}
