/** A `kayan serve` of its own process and data directory, as an operator would run it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const CLI = join(import.meta.dirname, '../../src/cli/kayan.ts')
const READY = /^Kayan ready: (http:\/\/\S+)$/

export interface KayanProcess {
  readonly url: string
  readonly pid: number
  /** Everything printed so far. */
  readonly output: () => string
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>
  /** SIGKILL: no drain, no flush. */
  kill(): Promise<void>
}

/** A place for data and key file, removed by `remove`. */
export class Installation {
  readonly directory: string

  private constructor(directory: string) {
    this.directory = directory
  }

  static async create(): Promise<Installation> {
    return new Installation(await mkdtemp(join(tmpdir(), 'kayan-test-')))
  }

  get dataDir(): string {
    return join(this.directory, 'data')
  }

  /** Starts `kayan serve` and waits until it is ready. */
  async serve(variables: Record<string, string> = {}): Promise<KayanProcess> {
    const child = spawn(process.execPath, [CLI, 'serve'], {
      env: this.#environment(variables),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    const lines = createInterface({ input: child.stdout })
    lines.on('line', (line) => {
      output += `${line}\n`
    })
    const url = await new Promise<string>((resolve, reject) => {
      lines.on('line', (line) => {
        const found = READY.exec(line)
        if (found) resolve(found[1]!)
      })
      child.on('exit', (code) => reject(new Error(`serve ended with ${code}:\n${output}`)))
    })
    return {
      url,
      pid: child.pid!,
      output: () => output,
      stop: () => end(child, 'SIGTERM'),
      kill: async () => {
        await end(child, 'SIGKILL')
      },
    }
  }

  /** Runs one CLI command to its end. */
  cli(
    args: readonly string[],
    options: { readonly input?: string; readonly variables?: Record<string, string> } = {},
  ): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [CLI, ...args],
        { env: this.#environment(options.variables ?? {}), maxBuffer: 64 * 1024 * 1024 },
        (_, stdout, stderr) => resolve({ code: child.exitCode ?? 1, stdout, stderr }),
      )
      child.stdin!.end(options.input ?? '')
    })
  }

  /** Removes data, key and all. */
  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true })
  }

  #environment(variables: Record<string, string>): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      KAYAN_PORT: '0',
      KAYAN_DATA_DIR: this.dataDir,
      KAYAN_LANG: 'en',
      KAYAN_DRAIN_WAIT_MS: '0',
      ...variables,
    }
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill(signal)
  const [code] = await once(child, 'exit')
  return code as number | null
}
