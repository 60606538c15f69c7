/**
 * Makes the client programs of other languages ready to run: finds their tools and installs the pinned
 * packages into a cache outside the project, once for each state of the pins.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'

const INSTALL_TIMEOUT_MS = 600_000
const PROBE_TIMEOUT_MS = 30_000
const HERE = import.meta.dirname
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kayan-clients')

/** A command line that starts a client program. */
export type Command = readonly [program: string, ...args: readonly string[]]

/** A tool is missing or does not serve; not the client's fault. */
export class ToolMissing extends Error {}

/** A program of this project's own runtime. */
export async function nodeProgram(path: string): Promise<Command> {
  return [process.execPath, join(HERE, path)]
}

/** curl, and what its scripts sign with. */
export async function curlProgram(path: string): Promise<Command> {
  await need('bash', '--version')
  await need('curl', '--version')
  await need('openssl', 'version')
  return nodeProgram(path)
}

/** A virtual environment with the packages of `requirements.txt`. */
export async function pythonProgram(path: string): Promise<Command> {
  const version = await need('python3', '--version')
  const pins = join(HERE, 'python/requirements.txt')
  const folder = await installed('python', [version, await readFile(pins, 'utf8')], async (to) => {
    await install('python3', ['-m', 'venv', to])
    await install(join(to, 'bin/pip'), ['install', '--quiet', '--requirement', pins])
  })
  return [join(folder, 'bin/python'), join(HERE, path)]
}

/** A binary that the Go tool builds; its own caches make a second build short. */
export async function goProgram(path: string): Promise<Command> {
  await need('go', 'version')
  const binary = join(CACHE, 'go', path)
  await install('go', ['build', '-buildvcs=false', '-o', binary, '.'], join(HERE, path))
  return [binary]
}

/** A class compiled with the others of its folder against the libraries of `pom.xml`. */
export async function javaProgram(name: string): Promise<Command> {
  await need('javac', '-version')
  await need('mvn', '--version')
  const home = join(HERE, 'java')
  const sources = (await readdir(home)).filter((file) => file.endsWith('.java')).sort()
  const pins = await Promise.all(
    ['pom.xml', ...sources].map((file) => readFile(join(home, file), 'utf8')),
  )
  const folder = await installed('java', pins, async (to) => {
    const copy = ['dependency:copy-dependencies', `-DoutputDirectory=${to}`]
    await install('mvn', ['--batch-mode', '--quiet', ...copy], home)
    await install('javac', ['-d', to, '-cp', join(to, '*'), ...sources], home)
  })
  return ['java', '-cp', `${folder}${delimiter}${join(folder, '*')}`, name]
}

/** A folder of the cache named after its pins, filled unless a former run completed it. */
async function installed(
  name: string,
  pins: readonly string[],
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const digest = createHash('sha256').update(pins.join('\n')).digest('hex').slice(0, 12)
  const folder = join(CACHE, `${name}-${digest}`)
  const mark = join(folder, '.complete')
  if (existsSync(mark)) return folder
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await fill(folder)
  await writeFile(mark, '')
  return folder
}

/** What a tool says of its version; `ToolMissing` when it cannot even say that. */
async function need(tool: string, flag: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(tool, [flag], { timeout: PROBE_TIMEOUT_MS })
    return stdout
  } catch {
    throw new ToolMissing(`${tool} is not installed`)
  }
}

async function install(tool: string, args: readonly string[], cwd = HERE): Promise<void> {
  try {
    await promisify(execFile)(tool, args, { cwd, timeout: INSTALL_TIMEOUT_MS })
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string }
    const lines = `${stderr ?? ''}\n${stdout ?? ''}`
      .split('\n')
      .filter((line) => line.trim() !== '')
    throw new ToolMissing(`${tool} ${args[0]} failed: ${lines.slice(-3).join(' | ')}`)
  }
}
