/**
 * C4: under load a sync or a write of the store fails with an error that leaves open what the disk
 * holds. The process must end within a second, and what the disk decides at the next start must agree
 * with what the clients were told.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crowd, openStage, type Stage } from './stage.ts'
import { attach, canTrace, detach, endOf as endOfProcess, hitOf, type Injection } from './strace.ts'
import { endOf, type Suite } from './suite.ts'

const CLIENTS = 8
/** Every fifth of the calls that a short run makes. */
const NTHS = [1, 6, 11, 16, 21] as const
const ERRORS = [
  { calls: 'fsync,fdatasync', effect: 'error=EIO' },
  { calls: 'pwrite64', effect: 'error=EIO' },
  { calls: 'pwrite64', effect: 'error=EDQUOT' },
] as const
const EXIT_S_MAX = 1
const PATIENCE_MS = 20_000

export const diskErrors: Suite = {
  name: 'C4 disk errors',
  async run(seed, print) {
    if (!canTrace()) return { skipped: 'no process may trace another here (strace)' }
    await using stage = await openStage({ seed })
    await stage.node.start()
    const through = crowd(stage, CLIENTS, seed)
    const findings: string[] = []
    let slowestS = 0
    for (const { calls, effect } of ERRORS) {
      for (const nth of NTHS) {
        const logPath = join(stage.directory, 'strace.log')
        const end = await failOnce(stage, { calls, effect, when: String(nth), logPath })
        if (typeof end === 'string') findings.push(`${calls} ${effect} at ${nth}: ${end}`)
        else slowestS = Math.max(slowestS, end)
      }
      print(`${calls} ${effect}: ${NTHS.length} times, slowest end ${slowestS.toFixed(3)} s`)
    }
    stage.ground.running = false
    await through
    findings.push(...(await stage.judged()))
    const count = ERRORS.length * NTHS.length
    return endOf(
      findings,
      `${count} errors, each ended the process within ${slowestS.toFixed(3)} s`,
    )
  },
}

/** One error; seconds from it to the end of the process, or what was wrong. The node is up again after. */
async function failOnce(stage: Stage, injection: Injection): Promise<number | string> {
  const { node } = stage
  const strace = await attach(node.pid, injection)
  const late = new AbortController()
  const code = await Promise.race([
    node.exited,
    sleep(PATIENCE_MS, 'alive' as const, { signal: late.signal }).catch(() => 'alive' as const),
  ])
  late.abort()
  await detach(strace)
  const hit = hitOf(injection)
  const endedS = endOfProcess(injection)
  if (code === 'alive') await node.kill()
  else node.lose()
  await node.start()
  if (hit === undefined) return 'nothing was injected'
  if (code === 'alive' || endedS === undefined) return `the process went on after ${hit.place}`
  if (code === 0) return 'the process ended as if nothing had been'
  const tookS = endedS - hit.atS
  return tookS <= EXIT_S_MAX ? tookS : `the process took ${tookS.toFixed(1)} s to end`
}
