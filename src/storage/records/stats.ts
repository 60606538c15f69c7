/** What `kayan registry stats` shows: read from the manifest and the file sizes, without any key. */
import { statSync } from 'node:fs'
import type { CardStatus } from '../../sources/store.ts'
import { readManifest, segmentPath } from './manifest.ts'
import { CARDS, SUBJECTS } from './record-format.ts'

export interface RegistryStats {
  readonly cards: number
  readonly cardsByStatus: { readonly [S in CardStatus]?: number }
  readonly segments: number
  readonly bytes: number
  /** Bytes on disk for each card; 0 without cards. */
  readonly bytesPerCard: number
  /** Names the key file the registry belongs to; empty when nothing was ever imported. */
  readonly keyFingerprint: string
}

/** Reads the figures of a registry directory. */
export function registryStats(directory: string): RegistryStats {
  const manifest = readManifest(directory)
  const segmentIds = manifest?.segmentIds ?? []
  const cardsByStatus = manifest?.cards ?? {}
  const cards = Object.values(cardsByStatus).reduce((sum, count) => sum + count, 0)
  const paths = segmentIds.flatMap((id) => {
    return [CARDS, SUBJECTS].map((format) => segmentPath(directory, id, format))
  })
  // An import may remove a segment that it has merged while we look.
  const sizes = paths.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  return {
    cards,
    cardsByStatus,
    segments: segmentIds.length,
    bytes,
    bytesPerCard: cards === 0 ? 0 : bytes / cards,
    keyFingerprint: manifest?.keyFingerprint ?? '',
  }
}
