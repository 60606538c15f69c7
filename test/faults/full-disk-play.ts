/** The play of C5, alone with its file systems: `full-disk-play.ts ROOM SEED`. */
import {
  closeSync,
  existsSync,
  openSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crowd, openStage, type Stage } from './stage.ts'
import { endOf } from './suite.ts'

const ROUNDS = 20
const CLIENTS = 4
const FELT_MS_MAX = 10_000
const HEALED_MS_MAX = 5_000
const BALLAST_BYTES = 16 << 20
/** A free refusal of the system, of either protocol. */
const REFUSED = /"InternalError|"code":"10004"/
const CHARGED = /"Result":"(?:0|-1)"/

const [room = '', seed = '1'] = process.argv.slice(2)
const disk = join(room, 'data')
const logPath = join(room, 'log', 'stderr')
const filler = join(disk, 'filler')

await using stage = await openStage({ seed: Number(seed), installationDirectory: disk })
const ballast = join(stage.installation.dataDirs[0] ?? '', 'kayan.ballast')
/** Standard error goes to the other file system, which is full from the beginning. */
const LOGGING = ['sh', '-c', 'exec "$@" 2>>"$0"', logPath]
writeFileSync(logPath, 'the log so far\n')
fill(logPath)
const logBytes = statSync(logPath).size

await stage.node.start(LOGGING)
const through = crowd(stage, CLIENTS, Number(seed))
const findings: string[] = []
const healedMs: number[] = []
for (let round = 1; round <= ROUNDS; round++) findings.push(...(await play(stage, round)))
stage.ground.running = false
await through
if (statSync(logPath).size !== logBytes) findings.push('the log disk was not full')
findings.push(...(await stage.judged()))
const slowest = Math.max(...healedMs).toFixed(0)
const held = `${ROUNDS} rounds, every second with a kill; healed within ${slowest} ms; log disk full`
say(JSON.stringify(endOf(findings, held)))

/** One round: the disk fills up, calls are refused, perhaps the process dies; then there is space. */
async function play({ node }: Stage, round: number): Promise<string[]> {
  const found: string[] = []
  if (!existsSync(ballast)) writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES, 'ballast '))
  fill(filler)
  const felt = await Promise.race([until(REFUSED, FELT_MS_MAX), node.exited])
  if (felt === undefined) found.push(`round ${round}: the full disk was not felt`)
  const ended = await Promise.race([node.exited.then(() => true), sleep(0, false)])
  if (ended) found.push(`round ${round}: the process ended: ${node.output}`)
  if (ended || round % 2 === 0) {
    await node.kill()
    const started = await node.start(LOGGING).then(
      () => '',
      (error: Error) => error.message,
    )
    if (started !== '') found.push(`round ${round}: no start on a full disk: ${started}`)
    rmSync(filler)
    if (started !== '') await node.start(LOGGING)
  } else rmSync(filler)
  const healed = await until(CHARGED, HEALED_MS_MAX)
  if (healed === undefined) found.push(`round ${round}: not healed in ${HEALED_MS_MAX} ms`)
  else healedMs.push(healed)
  say(`round ${round}: refused after ${felt?.toFixed(0)} ms, healed after ${healed?.toFixed(0)} ms`)
  return found
}

/** Asks until a reply reads so; milliseconds it took, undefined when it took too long. */
async function until(pattern: RegExp, msMax: number): Promise<number | undefined> {
  const fromMs = performance.now()
  for (;;) {
    const body = await stage.client.see(stage.client.make('tencent'))
    const tookMs = performance.now() - fromMs
    if (pattern.test(body)) return tookMs
    if (tookMs > msMax) return undefined
    await sleep(20)
  }
}

/** Writes to a file until its file system has no byte left. */
function fill(path: string): void {
  const file = openSync(path, 'a')
  for (const bytes of [1 << 20, 1 << 12, 1]) {
    const chunk = Buffer.alloc(bytes, 1)
    try {
      for (;;) writeSync(file, chunk)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
  closeSync(file)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
