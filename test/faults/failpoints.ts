/**
 * C2: the process is killed before each system call by which a request goes that can be told from
 * outside, one after the other, and then before each write and sync of the recovery after it.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallKind } from '../prove/traffic.ts'
import { httpCall } from '../support/http-call.ts'
import { openStage, type Stage } from './stage.ts'
import {
  attach,
  canTrace,
  detach,
  hitOf,
  type Injection,
  loosen,
  tracedStart,
  wasKilled,
} from './strace.ts'
import { endOf, type Suite } from './suite.ts'

/** Reads, writes and syncs: each with a limit that no request reaches. */
const REQUEST_CALLS = [
  { calls: 'read', limit: 12, step: 1 },
  { calls: 'pwrite64', limit: 40, step: 1 },
  { calls: 'fsync,fdatasync', limit: 6, step: 1 },
  { calls: 'write,writev', limit: 10, step: 1 },
] as const
/** By which the store is taken over again; of the many writes every tenth. */
const RECOVERY_CALLS = [
  { calls: 'pwrite64', limit: 300, step: 10 },
  { calls: 'fsync,fdatasync', limit: 30, step: 1 },
] as const
/** After its reply a request is given this long to make the call that is waited for. */
const SETTLED_MS = 150
/** Nothing takes so long but what is stopped under its tracer's hand. */
const STUCK_MS = 15_000
/** The second sync of a request of the sandbox makes its verdict durable: the unit is still held. */
const KILL_AT_SETTLE = { calls: 'fsync,fdatasync', effect: 'signal=KILL', when: '2' } as const
/** Places that a charged request passes; a run that did not kill at one of them proves too little. */
const PLACES = [
  'read client',
  'pwrite64 kayan.db-wal',
  'fsync kayan.db-wal',
  'write client',
] as const

export const failpoints: Suite = {
  name: 'C2 kill at every step',
  async run(seed, print) {
    if (!canTrace()) return { skipped: 'no process may trace another here (strace)' }
    await using stage = await openStage({ seed })
    const places: string[] = []
    for (const kind of ['sandbox', 'tencent', 'malformedTencent'] as const) {
      for (const sweep of REQUEST_CALLS) {
        const hits = await killAtEach(sweep, (injection) => killInRequest(stage, kind, injection))
        print(`${kind}: killed before ${sweep.calls}: ${summary(hits)}`)
        places.push(...hits)
      }
      await killAfterReply(stage, kind)
    }
    for (const sweep of RECOVERY_CALLS) {
      const hits = await killAtEach(sweep, (injection) => {
        // A start under a tracer takes seconds: many of them must not look like silence.
        print(`recovery: ${sweep.calls} ${injection.when}`)
        return killInRecovery(stage, injection)
      })
      print(`recovery: killed before ${sweep.calls}: ${summary(hits)}`)
    }
    await startAnew(stage)
    const missed = PLACES.filter((wanted) => !places.some((place) => place.startsWith(wanted)))
    const findings = [
      ...missed.map((place) => `never killed before ${place}`),
      ...(await stage.judged()),
    ]
    return endOf(findings, `${places.length} steps of requests, and recovery`)
  },
}

/** Goes on to the next call until the request, or the start, is through without being killed. */
async function killAtEach(
  { calls, limit, step }: { calls: string; limit: number; step: number },
  kill: (injection: Omit<Injection, 'logPath'>) => Promise<string | undefined>,
): Promise<string[]> {
  const hits: string[] = []
  for (let n = 1; n <= limit; n += step) {
    const hit = await kill({ calls, effect: 'signal=KILL', when: String(n) })
    if (hit === undefined) return hits
    hits.push(hit)
  }
  throw new Error(`${calls}: more than ${limit} in one request`)
}

/** One charged request; where it was killed, or undefined when it was answered alive. */
async function killInRequest(
  stage: Stage,
  kind: CallKind,
  injection: Omit<Injection, 'logPath'>,
): Promise<string | undefined> {
  const { node, client, directory } = stage
  await startAnew(stage)
  await atRest(stage)
  const traced = { ...injection, logPath: join(directory, 'strace.log') }
  const strace = await attach(node.pid, traced)
  const seen = client.see(client.make(kind))
  const died = await Promise.race([
    node.exited.then(() => true),
    seen.then(() => sleep(SETTLED_MS, false)),
    sleep(STUCK_MS, false),
  ])
  await detach(strace)
  // A tracer that is told to go may leave its last line unwritten: the process itself knows.
  const killed = died || wasKilled(traced) || (await hasEnded(node))
  if (killed) {
    await ended(node)
    node.lose()
    await node.start()
  }
  await seen
  return killed ? placeOf(traced) : undefined
}

/** The end of a process that was killed; one that is held in the middle of it gets another blow. */
async function ended(node: Stage['node']): Promise<void> {
  const late = await Promise.race([node.exited.then(() => false), sleep(STUCK_MS, true)])
  if (late) await node.kill()
}

/** Whether the process is gone, or goes within a moment. */
function hasEnded(node: Stage['node']): Promise<boolean> {
  return Promise.race([node.exited.then(() => true), sleep(SETTLED_MS, false)])
}

/** The reply is with the client, and nothing yet says that it was handed over. */
async function killAfterReply(stage: Stage, kind: CallKind): Promise<void> {
  const { node, client } = stage
  await startAnew(stage)
  await client.see(client.make(kind))
  await node.kill()
}

/** One start after an unclean end with a unit on hold; where it was killed, or undefined. */
async function killInRecovery(
  stage: Stage,
  injection: Omit<Injection, 'logPath'>,
): Promise<string | undefined> {
  const { node, client, directory } = stage
  const logPath = join(directory, 'strace.log')
  await startAnew(stage)
  const strace = await attach(node.pid, { ...KILL_AT_SETTLE, logPath })
  const seen = client.see(client.make('sandbox'))
  await ended(node)
  await detach(strace)
  node.lose()
  const traced = { ...injection, logPath }
  const killed = await node.start(tracedStart(traced)).then(
    () => false,
    () => true,
  )
  // The tracer of a start that lived must not count on, nor hold back the process's end.
  if (killed) await node.start()
  else loosen(node.pid)
  await seen
  if (!killed) await node.kill()
  return killed ? placeOf(traced) : undefined
}

async function startAnew({ node }: Stage): Promise<void> {
  if (node.url === undefined) await node.start()
}

/** Who asks the admin API is answered when its libraries are read, which is done after a start. */
async function atRest({ node }: Stage): Promise<void> {
  const { status } = await httpCall(node.url!, { method: 'GET', path: '/openapi.json' })
  if (status !== 200) throw new Error(`/openapi.json: ${status}`)
}

function placeOf(injection: Injection): string {
  return hitOf(injection)?.place ?? injection.calls
}

/** Places with how often each was hit, in the order of the first. */
function summary(places: readonly string[]): string {
  return [...Map.groupBy(places, (place) => place)]
    .map(([place, hits]) => (hits.length === 1 ? place : `${place} ×${hits.length}`))
    .join(', ')
}
