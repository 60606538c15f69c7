/**
 * Builds the console where it is missing or older than its sources. It stands before `npm start`, so
 * that a fresh clone has its pages; without the tools that build it the service starts without them.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const BUILT = 'dist/console/index.html'
const SOURCES = 'src/console'
const CONFIG = 'vite.config.ts'

if (isStale()) await build()

function isStale(): boolean {
  if (!existsSync(BUILT)) return true
  const builtMs = statSync(BUILT).mtimeMs
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  const paths = [CONFIG, ...sources.map((name) => join(SOURCES, name))]
  return paths.some((path) => statSync(path).mtimeMs > builtMs)
}

async function build(): Promise<void> {
  console.error('构建控制台页面… Building the console…')
  try {
    const vite = await import('vite')
    await vite.build({ configFile: CONFIG, logLevel: 'error' })
  } catch (error) {
    console.error(`控制台未能构建，服务照常启动。The console was not built: ${error}`)
  }
}
