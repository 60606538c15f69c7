/**
 * Builds the console where it is missing or older than its sources. It stands before `npm start`, so
 * that a fresh clone has its pages; without the tools that build it the service starts without them.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const BUILT = 'dist/console'
const INDEX = join(BUILT, 'index.html')
const SOURCES = 'src/console'
const CONFIG = 'vite.config.ts'

/** Made while somebody builds; two that replace the pages at once would take them from each other. */
const LOCK = 'dist/.building'
/** A build that has taken longer was killed. */
const BUILD_MS_MAX = 120_000
const POLL_MS = 100

try {
  if (isStale()) await buildAlone()
} catch (error) {
  console.error(`控制台未能构建，服务照常启动。The console was not built: ${error}`)
}

async function buildAlone(): Promise<void> {
  mkdirSync('dist', { recursive: true })
  while (!isMine()) await setTimeout(POLL_MS)
  try {
    if (isStale()) await build()
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

/** Whether the lock was free, and is held now. */
function isMine(): boolean {
  try {
    const held = statSync(LOCK, { throwIfNoEntry: false })
    if (held !== undefined && Date.now() - held.mtimeMs > BUILD_MS_MAX)
      rmSync(LOCK, { recursive: true, force: true })
    mkdirSync(LOCK)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function isStale(): boolean {
  if (!existsSync(INDEX)) return true
  const builtMs = statSync(INDEX).mtimeMs
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  const paths = [CONFIG, ...sources.map((name) => join(SOURCES, name))]
  return paths.some((path) => statSync(path).mtimeMs > builtMs)
}

async function build(): Promise<void> {
  console.error('构建控制台页面… Building the console…')
  const fresh = `${BUILT}.${process.pid}`
  const begun = new Date()
  try {
    const vite = await import('vite')
    const outDir = join(process.cwd(), fresh)
    await vite.build({ configFile: CONFIG, logLevel: 'error', build: { outDir } })
    // What was edited while it was built is newer than what was built.
    utimesSync(join(fresh, 'index.html'), begun, begun)
    replace(fresh)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** Puts the new pages in the place of the old ones, for whoever starts meanwhile, at once. */
function replace(fresh: string): void {
  const old = `${fresh}.old`
  mkdirSync(BUILT, { recursive: true })
  renameSync(BUILT, old)
  renameSync(fresh, BUILT)
  rmSync(old, { recursive: true })
}
