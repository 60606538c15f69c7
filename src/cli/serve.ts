/** `kayan serve`: starts the service and waits for the signal to stop. */
import { once } from 'node:events'
import type { Command } from 'commander'
import manifest from '../../package.json' with { type: 'json' }
import { unknownVariables } from '../config/env.ts'
import { type Running, start } from '../main.ts'
import { bannerLines, sandboxLines } from './banner.ts'
import { CliError, type Context } from './context.ts'
import { judgeNode, SECURITY_FLOOR } from './node-version.ts'
import { warnOfKeyFile } from './open-store.ts'
import { addExamples } from './options.ts'

interface ServeOptions {
  readonly host?: string
  readonly port?: string
  readonly allowUnpatchedNode?: true
}

/** Adds the command's options and action. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.serve
  command
    .description(texts.description)
    .option('--host <address>', texts.host)
    .option('--port <port>', texts.port)
    .option('--allow-unpatched-node', texts.allowUnpatchedNode)
    .action((options: ServeOptions) => serve(context, options))
  addExamples(command, context, [
    'kayan serve --port 0',
    'KAYAN_MODE=production KAYAN_DATA_DIR=/var/lib/kayan kayan serve --host 0.0.0.0',
  ])
}

async function serve(context: Context, options: ServeOptions): Promise<void> {
  const { host, port } = options
  context.override({
    ...(host !== undefined && { KAYAN_HOST: host }),
    ...(port !== undefined && { KAYAN_PORT: port }),
  })
  const config = context.config()
  const production = config.mode === 'production'
  const unpatched = unpatchedNode(context)
  if (unpatched && production && !options.allowUnpatchedNode) throw new CliError(unpatched.refusal)
  for (const name of unknownVariables(context.environment())) {
    context.err(context.locale.serve.unknownVariable(name))
  }
  const running = await start(config)
  if (unpatched) context.err(unpatched.warning)
  warnOfKeyFile(context, running, config.store.keyFile)
  // Listens for signals before anybody can read that the service is ready.
  const stopped = untilStopped(context, running)
  for (const line of bannerLines(
    config,
    { ...running, version: manifest.version },
    context.locale,
  )) {
    context.out(line)
  }
  if (running.setupPath !== undefined) {
    context.out(context.locale.users.setup(running.url + running.setupPath))
  }
  if (!production) {
    for (const line of sandboxLines(running.url, context.nowMs(), context.locale)) context.out(line)
  }
  // Who opens the console is answered without it too, only later.
  running.prepareConsole().catch(() => {})
  await stopped
}

/** Below the floor the process is open to attack from the network: production wants a decision. */
function unpatchedNode({ locale }: Context): { warning: string; refusal: string } | undefined {
  const version = process.versions.node
  if (judgeNode(version) !== 'unpatched') return undefined
  const floor = SECURITY_FLOOR.versions[version.startsWith('24.') ? 24 : 26]
  const { cve } = SECURITY_FLOOR
  return {
    warning: locale.node.unpatched(version, floor, cve),
    refusal: locale.node.refused(version, floor, cve),
  }
}

/** Drains at the first signal; a second one, or a store that fails, ends the process at once. */
async function untilStopped(context: Context, running: Running): Promise<void> {
  const stopped = new AbortController()
  const signal = Promise.race([
    once(process, 'SIGTERM', { signal: stopped.signal }).then(() => 'SIGTERM'),
    once(process, 'SIGINT', { signal: stopped.signal }).then(() => 'SIGINT'),
  ])
  const cause = await Promise.race([signal, running.broken])
  stopped.abort()
  if (cause instanceof Error) throw new CliError(context.locale.serve.broken)
  const again = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  const end = await Promise.race([running.stop(cause).then(() => 'drained'), again])
  if (end !== 'drained') context.exitCode = 1
}
