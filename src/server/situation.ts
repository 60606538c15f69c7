/** Where a node stands: its disk, its queue, and which version it is. */
import { statfsSync } from 'node:fs'
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
    const { bavail, blocks, bsize } = statfsSync(dataDir)
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
