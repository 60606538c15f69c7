/**
 * C6: under load the wall clock is stepped by hours, days and years, and back. Timers go on, names
 * stay unique, the window of signatures follows the wall clock, and nothing that ended comes back.
 */
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crowd, openStage, type Stage } from './stage.ts'
import { endOf, type Suite } from './suite.ts'

const LIBRARY = [
  '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1',
  '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1',
].find((path) => existsSync(path))
const HOUR_S = 3_600
const DAY_S = 86_400
const YEAR_S = 365 * DAY_S
const STEPS_S = [HOUR_S, -HOUR_S, DAY_S, 0, -DAY_S, HOUR_S, 2 * YEAR_S + DAY_S, 0, -HOUR_S, 0]
const CLIENTS = 8
const STEP_MS = 400

export const clockSteps: Suite = {
  name: 'C6 clock steps',
  async run(seed, print) {
    if (LIBRARY === undefined) return { skipped: 'libfaketime is not installed (Debian: faketime)' }
    await using stage = await openStage({ seed, clockSteps: true })
    const clockPath = join(stage.directory, 'clock')
    writeFileSync(clockPath, '+0')
    // A wrapper and not a variable of the stage: the command line keeps the real clock.
    await stage.node.start([
      'env',
      `LD_PRELOAD=${LIBRARY}`,
      `FAKETIME_TIMESTAMP_FILE=${clockPath}`,
      'FAKETIME_NO_CACHE=1',
      'DONT_FAKE_MONOTONIC=1',
    ])
    const through = crowd(stage, CLIENTS, seed)
    const findings: string[] = []
    for (const aheadS of STEPS_S) {
      writeFileSync(clockPath, `${aheadS < 0 ? '' : '+'}${aheadS}`)
      const before = stage.ground.clockAheadS
      stage.ground.clockAheadS = aheadS
      await sleep(STEP_MS)
      findings.push(...(await signatureWindow(stage, aheadS)))
      print(`clock stepped by ${aheadS - before} s`)
    }
    stage.ground.running = false
    await through
    findings.push(...(await stage.judged()))
    return endOf(findings, `${STEPS_S.length} steps under load`)
  },
}

/** What is signed by the stepped clock is judged by it, and what is signed by the real one is too. */
async function signatureWindow({ client }: Stage, aheadS: number): Promise<string[]> {
  const findings: string[] = []
  for (const clockAheadS of new Set([aheadS, 0])) {
    const body = await client.see(client.make('tencent', clockAheadS))
    const stale = body.includes('AuthFailure.SignatureExpire')
    if (stale !== (clockAheadS !== aheadS)) {
      findings.push(`${aheadS} s ahead, signed ${clockAheadS} s ahead: ${body}`)
    }
  }
  return findings
}
