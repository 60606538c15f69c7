/** A Redis or Valkey of the tests' own, on a free port, keeping nothing on disk. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const PROGRAMS = ['valkey-server', 'redis-server'] as const
const READY = /Ready to accept connections/
const SKIPPED = 'skipped: tests of Valkey, because this machine has none (Debian: redis-server)\n'

export interface RedisServer {
  readonly url: string
  /** Ends it at once; what it held is lost. */
  stop(): Promise<void>
  /** Starts it again, empty, on the same port. */
  start(): Promise<void>
  /** SIGSTOP: it accepts connections and answers nothing. */
  freeze(): void
  thaw(): void
  /** Stops it and removes its directory. */
  remove(): Promise<void>
}

/** The server program of this machine; in CI its absence is a failure, elsewhere it is told. */
export function redisProgram(): string | undefined {
  const found = PROGRAMS.find((program) => {
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
  if (found !== undefined) return found
  if (process.env.CI === 'true') throw new Error('CI needs Valkey or Redis (Debian: redis-server)')
  process.stderr.write(SKIPPED)
  return undefined
}

/** Starts a server and waits until it accepts connections. */
export async function startRedis(program: string): Promise<RedisServer> {
  const directory = mkdtempSync(join(tmpdir(), 'kayan-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined
  const stop = async () => {
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    child = undefined
  }
  const start = async () => {
    child = await launch(program, port, directory)
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    stop,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async remove() {
      await stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function launch(program: string, port: number, directory: string): Promise<ChildProcess> {
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', directory]
  const child = spawn(program, settings, { stdio: ['ignore', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) if (READY.test(line)) break
  child.stdout.resume()
  if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
  return child
}

/** A port that was free a moment ago; the server must keep it over restarts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
