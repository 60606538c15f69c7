/** `kayan` as a process of its own, as an operator would run it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const CLI = join(import.meta.dirname, '../../src/cli/kayan.ts')
/** Where processes find the program compiled by earlier ones, which halves the cost of a start. */
const COMPILED = join(import.meta.dirname, '../../node_modules/.cache/kayan-test')
const START_MS_MAX = 120_000
const READY = /^Kayan ready: (https?:\/\/\S+)$/

export interface KayanProcess {
  readonly url: string
  readonly pid: number
  /** Everything printed so far, standard error included. */
  readonly output: () => string
  /** Resolves with the exit code when it has ended, however; null for a signal. */
  readonly exited: Promise<number | null>
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL: no drain, no flush. */
  kill(): Promise<void>
}

/**
 * Starts `kayan serve` on a data directory and waits until it is ready; `before` is a program, with
 * its arguments, that runs it and leaves it its process id.
 */
export async function serveProcess(
  dataDir: string,
  variables: Readonly<Record<string, string>> = {},
  before: readonly string[] = [],
): Promise<KayanProcess> {
  const [program = '', ...args] = [...before, process.execPath, CLI, 'serve']
  const child = spawn(program, args, {
    env: environment(dataDir, variables),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  let output = ''
  child.stderr.on('data', (chunk) => {
    output += chunk
  })
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (line) => {
    output += `${line}\n`
  })
  let starting: NodeJS.Timeout | undefined
  const url = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      const found = READY.exec(line)
      if (found) resolve(found[1]!)
    })
    child.on('exit', (code) => reject(new Error(`serve ended with ${code}:\n${output}`)))
    // Under a tracer a start can stop for ever; its end is then the rejection.
    starting = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX).unref()
  })
  clearTimeout(starting)
  return {
    url,
    pid: child.pid!,
    output: () => output,
    exited,
    stop: () => end(child, 'SIGTERM'),
    kill: async () => {
      await end(child, 'SIGKILL')
    },
  }
}

export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs one CLI command on a data directory to its end. */
export function runCli(
  dataDir: string,
  args: readonly string[],
  options: { readonly input?: string; readonly variables?: Readonly<Record<string, string>> } = {},
): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [CLI, ...args],
      { env: environment(dataDir, options.variables ?? {}), maxBuffer: 64 * 1024 * 1024 },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? 1, stdout, stderr }),
    )
    child.stdin!.end(options.input ?? '')
  })
}

function environment(
  dataDir: string,
  variables: Readonly<Record<string, string>>,
): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: COMPILED,
    KAYAN_PORT: '0',
    KAYAN_DATA_DIR: dataDir,
    KAYAN_LANG: 'en',
    KAYAN_DRAIN_WAIT_MS: '0',
    ...variables,
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill(signal)
  const [code] = await once(child, 'exit')
  return code as number | null
}
