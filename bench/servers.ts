/** The servers under load, each a process of its own, pinned to the first core where possible. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const SERVER_CORE = 0
export const LOAD_CORE = 1

const PINNABLE = existsSync('/usr/bin/taskset')
const CLOCK_TICK_US = 10_000
const NGINX = '/usr/sbin/nginx'
const VENDOR = join(import.meta.dirname, 'vendor.ts')
const CLI = join(import.meta.dirname, '../src/cli/kayan.ts')

export interface BenchServer {
  readonly name: string
  readonly port: number
  /** CPU time used so far, all threads, in microseconds. */
  cpuUs(): number
  /** Resident memory in MiB. */
  memoryMib(): number
  stop(): Promise<void>
}

/** Command line that runs a program on one core, where the machine has `taskset`. */
export function pinned(core: number, program: string, args: readonly string[]): string[] {
  return PINNABLE ? ['taskset', '-c', String(core), program, ...args] : [program, ...args]
}

/** The bare `node:http` server with a constant reply. */
export async function startFloor(): Promise<BenchServer> {
  const child = run(
    pinned(SERVER_CORE, process.execPath, [join(import.meta.dirname, 'floor.ts')]),
    {},
  )
  return server('node:http, constant', Number(await firstLine(child, /^(\d+)$/)), child)
}

/** A vendor that answers at once; on the core of the load. */
export async function startVendor(): Promise<BenchServer> {
  const child = run(pinned(LOAD_CORE, process.execPath, [VENDOR, 'vendor']), {})
  return server('vendor', Number(await firstLine(child, /^(\d+)$/)), child)
}

/** The bare proxy before a vendor. */
export async function startProxy(vendorPort: number): Promise<BenchServer> {
  const args = [VENDOR, 'proxy', String(vendorPort)]
  const child = run(pinned(SERVER_CORE, process.execPath, args), {})
  return server('undici, bare proxy', Number(await firstLine(child, /^(\d+)$/)), child)
}

/** nginx with a constant reply and one worker, or undefined where it is not installed. */
export async function startNginx(directory: string): Promise<BenchServer | undefined> {
  if (!existsSync(NGINX)) return undefined
  const port = await freePort()
  const config = join(directory, 'nginx.conf')
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${directory}/nginx.pid; error_log ${directory}/nginx.log;
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000; client_body_temp_path ${directory}/body;
proxy_temp_path ${directory}/p; fastcgi_temp_path ${directory}/f; uwsgi_temp_path ${directory}/u; scgi_temp_path ${directory}/s;
server { listen 127.0.0.1:${port} reuseport; location / { default_type application/json;
return 200 '{"Response":{"Result":"0","Description":"ok","RequestId":"74e742e8-f91d-49c3-9744-c20f3baca117"}}'; } } }`,
  )
  const child = run(pinned(SERVER_CORE, NGINX, ['-c', config]), {})
  await untilListening(port)
  return server('nginx, constant', port, child)
}

/** `kayan serve` on a data directory; pinned as the others, unless it is its start that counts. */
export async function startKayan(
  variables: Record<string, string>,
  onOneCore = true,
): Promise<BenchServer> {
  const args = [CLI, 'serve']
  const command = onOneCore
    ? pinned(SERVER_CORE, process.execPath, args)
    : [process.execPath, ...args]
  const child = run(command, variables)
  const port = await firstLine(child, /^Kayan ready: http:\/\/.*:(\d+)$/)
  return server('kayan', Number(port), child)
}

/** Runs one `kayan` command and returns what it printed; throws when it fails. */
export async function kayan(
  variables: Record<string, string>,
  args: readonly string[],
  input = '',
): Promise<string> {
  const child = run([process.execPath, CLI, ...args], variables, 'pipe')
  let output = ''
  child.stdout!.on('data', (chunk) => {
    output += chunk
  })
  child.stdin!.end(input)
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`kayan ${args.join(' ')} ended with ${code}`)
  return output
}

/** Milliseconds from the start of the process to its ready line. */
export async function startUpMs(variables: Record<string, string>): Promise<number> {
  const startedMs = performance.now()
  const running = await startKayan(variables, false)
  const tookMs = performance.now() - startedMs
  await running.stop()
  return tookMs
}

function run(
  command: readonly string[],
  variables: Record<string, string>,
  stdin: 'ignore' | 'pipe' = 'ignore',
): ChildProcess {
  return spawn(command[0]!, command.slice(1), {
    env: { ...process.env, ...variables },
    stdio: [stdin, 'pipe', 'inherit'],
  })
}

function firstLine(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const found = pattern.exec(line)
      if (found) resolve(found[1]!)
    })
    child.on('exit', (code) => reject(new Error(`a server ended with ${code} before it was ready`)))
  })
}

function server(name: string, port: number, child: ChildProcess): BenchServer {
  return {
    name,
    port,
    cpuUs() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
      return (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_US
    },
    memoryMib() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024
    },
    async stop() {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilListening(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`)
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
