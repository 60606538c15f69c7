/** Where a node stands: its disk, its queue, and which version it is. */
import { existsSync, type StatsFs, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import type { MeterHandle } from '../storage/sqlite/meter-handle.ts'

export interface Situation {
  readonly queued: number
  readonly queueAgeUs: number
  readonly diskFreeBytes: number
  readonly diskBytes: number
  readonly version: string
  readonly runtime: string
}

/** Looks at it each time it is asked. */
export function situationOf(
  dataDir: string,
  meter: Pick<MeterHandle, 'counters'>,
): () => Situation {
  return () => {
    const { queued, queueAgeUs } = meter.counters()
    const { bavail, blocks, bsize } = diskOf(dataDir)
    return {
      queued,
      queueAgeUs,
      diskFreeBytes: bavail * bsize,
      diskBytes: blocks * bsize,
      version: manifest.version,
      runtime: `Node.js ${process.version}`,
    }
  }
}

/** Of a directory that is not made yet, where it would be. */
function diskOf(directory: string): StatsFs {
  if (existsSync(directory) || dirname(directory) === directory) return statfsSync(directory)
  return diskOf(dirname(directory))
}
