import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDatabase } from '../../src/storage/sqlite/database.ts'
import { openMeter } from '../../src/storage/sqlite/meter.ts'
import { verifyLedger } from '../../src/storage/sqlite/verify.ts'
import {
  grantUnits,
  newDataDir,
  removeDataDir,
  seedStore,
  TestClock,
} from '../support/ledger-store.ts'

const KILLS = 5
const UNITS = 2_000
const PROGRAM = fileURLToPath(new URL('../support/burning-process.ts', import.meta.url))

let dataDir: string

beforeEach(() => {
  dataDir = newDataDir()
  seedStore(dataDir)
})
afterEach(() => removeDataDir(dataDir))

/** Runs the burning process until it has told of `lines` calls, then kills it without warning. */
async function burnAndKill(lines: number): Promise<{ charged: number[]; refused: number[] }> {
  const child = spawn(process.execPath, [PROGRAM, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told = { charged: [] as number[], refused: [] as number[] }
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, serial] = line.split(' ')
    if (what === 'charged') told.charged.push(Number(serial))
    else told.refused.push(Number(serial))
    if (told.charged.length + told.refused.length === lines) child.kill('SIGKILL')
  }
  await exited
  return told
}

test('a server killed under load has every charge it told of, once, and none for what it refused', async () => {
  const clock = new TestClock()
  grantUnits(dataDir, UNITS, clock.nowMs())
  const charged: number[] = []
  const refused: number[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const told = await burnAndKill(300 + kill * 151)
    charged.push(...told.charged)
    refused.push(...told.refused)
  }
  const meter = await openMeter({ dataDir, clock, onFatal: () => undefined })
  await meter.close()

  expect((await verifyLedger(dataDir)).filter(({ ok }) => !ok)).toEqual([])
  const database = openDatabase(dataDir, { readOnly: true })
  const rows = database.prepare('SELECT serial FROM call WHERE entry_id IS NOT NULL').all()
  const balance = database.prepare('SELECT available, reserved, used FROM balance').get()
  database.close()
  const stored = new Set(rows.map(({ serial }) => Number(serial)))
  expect(new Set(charged).size).toBe(charged.length)
  expect(charged.filter((serial) => !stored.has(serial))).toEqual([])
  expect(refused.filter((serial) => stored.has(serial))).toEqual([])
  expect(balance).toMatchObject({ reserved: 0, used: stored.size, available: UNITS - stored.size })
})
