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

const BUILT = 'dist/console'
const INDEX = join(BUILT, 'index.html')
const SOURCES = 'src/console'
const CONFIG = 'vite.config.ts'

if (isStale()) await build()

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
  } catch (error) {
    console.error(`控制台未能构建，服务照常启动。The console was not built: ${error}`)
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
