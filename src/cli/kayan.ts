#!/usr/bin/env node
/** The `kayan` program: judges its Node first, since everything else would fail unreadably. */
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { judgeNode } from './node-version.ts'

if (judgeNode(process.versions.node) === 'unsupported') {
  const { zh } = await import('./locale/zh.ts')
  const { en } = await import('./locale/en.ts')
  for (const locale of [zh, en]) console.error(locale.node.unsupported(process.versions.node))
  process.exit(1)
}

// Keeps stripped and compiled modules from one start to the next, which halves the time to be ready.
// Beside the packages, where only who may change the code may write; where nobody may, it is without.
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/kayan'))

// A reader that has seen enough, such as `head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
// Where the log stands on a full disk, lines are lost; the service goes on.
process.stderr.on('error', () => {})

const { run } = await import('./program.ts')
const { processEnvironment } = await import('../config/env.ts')
// Whatever a failed command left open, such as a worker, must not keep the process.
process.exit(await run(process.argv.slice(2), processEnvironment()))
