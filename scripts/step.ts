/** Small things every script shares: being the program, running a command, counting lines. */
import { spawnSync } from 'node:child_process'

/** Whether a module is the program itself and not imported by another. */
export function isMain(meta: ImportMeta): boolean {
  return process.argv[1] === meta.filename
}

/** Runs a command to its end; throws what it printed when it fails. */
export function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (error !== undefined) throw new Error(`${command} cannot be started: ${error.message}`)
  if (status !== 0) throw new Error(`${stdout}${stderr}`.trim() || `${command} exits ${status}`)
  return stdout
}
