/**
 * A PostgreSQL of the tests' own: a fresh cluster on a unix socket in a temporary directory, and
 * databases in it. PostgreSQL refuses to run as root, so there it runs as another user.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const PORT = 5432
const START_ATTEMPTS = 100
const START_PAUSE_MS = 50
const USER = 'kayan'

/** A running cluster. */
export interface PostgresServer {
  /** Directory of its socket and data. */
  readonly directory: string
  readonly pid: number
  /** Creates an empty database and returns its URL. */
  createDatabase(): Promise<string>
  /** Ends the postmaster like a power cut: SIGKILL to it and all its children. */
  kill(): Promise<void>
  /** Starts it again on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Folder of the server's programs, or undefined on a machine without PostgreSQL. */
export function postgresPrograms(): string | undefined {
  const versions = '/usr/lib/postgresql'
  if (!existsSync(versions)) return undefined
  const newest = readdirSync(versions).sort((a, b) => Number(b) - Number(a))[0]
  const folder = join(versions, newest ?? '', 'bin')
  return existsSync(join(folder, 'initdb')) ? folder : undefined
}

/** Starts a cluster; `durable` keeps fsync on, which tests of a lost server need. */
export async function startPostgres(options: { durable?: boolean } = {}): Promise<PostgresServer> {
  const programs = postgresPrograms()
  if (programs === undefined) throw new Error('PostgreSQL is not installed (Debian: postgresql)')
  const directory = mkdtempSync(join(tmpdir(), 'kayan-pg-'))
  const user = unprivilegedUser()
  if (user !== undefined) chownSync(directory, user.uid, user.gid)
  const data = join(directory, 'data')
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...user, cwd: directory, stdio: 'pipe' },
  )
  const settings = [
    `unix_socket_directories=${directory}`,
    'listen_addresses=',
    `fsync=${options.durable === false ? 'off' : 'on'}`,
    'max_connections=200',
    'log_min_messages=fatal',
  ]
  const launch = async (): Promise<ChildProcess> => {
    const child = spawn(
      join(programs, 'postgres'),
      ['-D', data, '-p', String(PORT), ...settings.flatMap((setting) => ['-c', setting])],
      { ...user, cwd: directory, stdio: 'ignore' },
    )
    await answering(directory)
    return child
  }
  let child = await launch()
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    if (signal === 'SIGKILL') killChildren(child.pid!)
    child.kill(signal)
    await exited
  }
  return {
    directory,
    get pid() {
      return child.pid!
    },
    createDatabase: () => createDatabase(directory),
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGINT')
      rmSync(join(data, 'postmaster.pid'), { force: true })
      child = await launch()
    },
    async stop() {
      await end('SIGINT')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/**
 * Creates a database in the cluster whose socket is in `directory`, empty or as a template is;
 * returns its URL.
 */
export async function createDatabase(directory: string, template?: string): Promise<string> {
  const name = `kayan_${randomUUID().replaceAll('-', '')}`
  const as = template === undefined ? '' : ` TEMPLATE ${template}`
  await ask(directory, 'postgres', `CREATE DATABASE ${name}${as}`)
  return `postgres://${USER}@localhost/${name}?host=${encodeURIComponent(directory)}`
}

async function answering(directory: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask(directory, 'postgres', 'SELECT 1')
    } catch (error) {
      if (attempt === START_ATTEMPTS) throw error
      await sleep(START_PAUSE_MS)
    }
  }
}

async function ask(directory: string, database: string, text: string): Promise<void> {
  const client = new pg.Client({ host: directory, port: PORT, user: USER, database })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}

/** Backends outlive a killed postmaster for a moment and would keep its memory. */
function killChildren(pid: number): void {
  const listed = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  for (const line of listed.split('\n').filter((text) => text.trim() !== '')) {
    try {
      process.kill(Number(line), 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }).trim())
  return { uid: id('-u'), gid: id('-g') }
}
