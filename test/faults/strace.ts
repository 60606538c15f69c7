/**
 * strace as a hand inside the kernel: it kills a process, or fails its system call, at a chosen call,
 * without a line of the program knowing.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** Whether this machine lets one process trace another. */
export function canTrace(): boolean {
  return spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
}

/** In which a tracer mostly lets go; one that hangs in it never does. */
const DETACHED_MS = 2_000

/** What is done to the process, and where its calls are written down. */
export interface Injection {
  /** System calls to count, like `fsync,fdatasync`; each thread counts its own. */
  readonly calls: string
  /** `signal=KILL`, `error=EIO`, … */
  readonly effect: string
  /** Which of them: `5`, or `5+` for all from the fifth. */
  readonly when: string
  readonly logPath: string
}

/** The call at which it happened, as strace tells it. */
export interface Hit {
  /** Name of the call and what it was on: `fsync kayan.db-wal`. */
  readonly place: string
  /** Seconds since 1970. */
  readonly atS: number
}

function argumentsOf({ calls, effect, when, logPath }: Injection): string[] {
  return ['-f', '-qq', '-yy', '-ttt', '-s', '0', '-o', logPath].concat(
    ['-e', `trace=${calls}`, '-e', `inject=${calls}:${effect}:when=${when}`],
    ['-e', 'signal=none'],
  )
}

/** For `serveProcess`: runs the process under the injection from its first call on. */
export function tracedStart(injection: Injection): string[] {
  return ['strace', '-D', ...argumentsOf(injection)]
}

/** Begins to inject into a running process; resolves when strace has its hand on every thread. */
export async function attach(pid: number, injection: Injection): Promise<ChildProcess> {
  const args = argumentsOf(injection).filter((argument) => argument !== '-qq')
  const strace = spawn('strace', [...args, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let told = ''
  for await (const chunk of strace.stderr) {
    told += chunk
    if (told.includes(' attached')) break
  }
  if (!told.includes(' attached')) throw new Error(`strace: ${told}`)
  return strace
}

/**
 * Lets go of the process. A tracer that waits for a thread which never stops is killed: the kernel then
 * lets go in its place.
 */
export async function detach(strace: ChildProcess): Promise<void> {
  if (strace.exitCode !== null || strace.signalCode !== null) return
  const exited = once(strace, 'exit')
  strace.kill('SIGINT')
  const last = setTimeout(() => strace.kill('SIGKILL'), DETACHED_MS)
  await exited
  clearTimeout(last)
}

/** Takes away the tracer that a process was started under; the process goes on untraced. */
export function loosen(pid: number): void {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const tracer = Number(/^TracerPid:\s+(\d+)$/m.exec(status)?.[1] ?? 0)
  if (tracer > 0) process.kill(tracer, 'SIGKILL')
}

const CALL = /^\d+\s+(?<at>[\d.]+) (?<name>\w+)\(\d+<(?<on>[^>]*)>/

/** The first call that was tampered with; undefined when none was. */
export function hitOf({ logPath, effect }: Injection): Hit | undefined {
  const lines = readFileSync(logPath, 'utf8').split('\n')
  // Killed before it was made, a call has no result.
  const line = effect.startsWith('signal')
    ? lines.find((text) => CALL.test(text) && text.endsWith('= ?'))
    : lines.find((text) => text.includes('(INJECTED)'))
  const found = CALL.exec(line ?? '')?.groups
  if (found === undefined) return undefined
  const on = (found.on ?? '').replace(/^.*\//, '').replace(/^TCP:.*/, 'client')
  return { place: `${found.name} ${on}`, atS: Number(found.at) }
}

/** Whether the process was killed while it was traced. */
export function wasKilled({ logPath }: Injection): boolean {
  // A call without a result is the one before which it died; its end may come too late for the log.
  return /= \?$|\+\+\+ killed by SIGKILL/m.test(readFileSync(logPath, 'utf8'))
}

/** When the process ended, seconds since 1970; undefined while it runs. */
export function endOf({ logPath }: Injection): number | undefined {
  const line = readFileSync(logPath, 'utf8')
    .split('\n')
    .findLast((text) => /\+\+\+ (?:exited|killed)/.test(text))
  return line === undefined ? undefined : Number(line.split(/\s+/)[1])
}
