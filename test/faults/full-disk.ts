/**
 * C5: the disk is full. Charged calls get a free refusal and the service heals by itself when there is
 * space again; a start on a full disk gets through on its ballast; a full log disk costs no verdict.
 * The play is in a process of its own, on file systems of its own that nobody else sees.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Suite, SuiteEnd } from './suite.ts'

const DATA_MIB = 96
const LOG_KIB = 64
const PLAY_MS_MAX = 240_000
const PLAY = join(import.meta.dirname, 'full-disk-play.ts')

export const fullDisk: Suite = {
  name: 'C5 full disk',
  run(seed, print) {
    if (spawnSync('unshare', ['-Urm', 'true']).status !== 0) {
      return Promise.resolve({ skipped: 'no file system of one’s own may be mounted (unshare)' })
    }
    const room = mkdtempSync(join(tmpdir(), 'kayan-room-'))
    const script = `
      mkdir "$1/data" "$1/log" &&
      mount -t tmpfs -o size=${DATA_MIB}m none "$1/data" &&
      mount -t tmpfs -o size=${LOG_KIB}k none "$1/log" &&
      exec "$2" "$3" "$1" "$4"`
    const args = ['-Urm', 'sh', '-c', script, 'sh', room, process.execPath, PLAY, String(seed)]
    const played = spawnSync('unshare', args, { encoding: 'utf8', timeout: PLAY_MS_MAX })
    rmSync(room, { recursive: true, force: true })
    const lines = played.stdout.trim().split('\n')
    for (const line of lines.slice(0, -1)) print(line)
    return Promise.resolve(endFrom(lines.at(-1) ?? '', played.stderr))
  },
}

/** The last line of a play is its end. */
function endFrom(line: string, errors: string): SuiteEnd {
  try {
    return JSON.parse(line) as SuiteEnd
  } catch {
    return { findings: [`the play broke off: ${line}\n${errors}`] }
  }
}
