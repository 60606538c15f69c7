/** The registry on disk as the registry source sees it: segments of fixed-width records. */
import { statSync } from 'node:fs'
import type { Keyring } from '../../domain/keyring.ts'
import type { CardRecord, RegistryStore } from '../../sources/store.ts'
import { closeSegments, manifestPath, openSegments, readManifest } from './manifest.ts'
import { CARDS, decodeCard } from './record-format.ts'
import { RegistryError, systemCode } from './registry-error.ts'
import type { Segment } from './segment.ts'

/** How often opening is tried when an import removes segments meanwhile. */
const OPEN_TRIES_MAX = 5

/** Opens a registry for look-ups; a directory without one is an empty registry. */
export function openRegistry(directory: string, keyring: Keyring): RecordStore {
  return new RecordStore(directory, keyring.fingerprint())
}

/** Where a record was found: an offset in a page that the next look-up overwrites. */
export interface Found {
  readonly page: Buffer
  readonly at: number
}

/** The newest record that begins with `prefix`; segments are given newest first. */
export function findNewest(segments: readonly Segment[], prefix: string): Found | undefined {
  for (const segment of segments) {
    const at = segment.find(prefix)
    if (at >= 0) return { page: segment.page, at }
  }
  return undefined
}

export class RecordStore implements RegistryStore {
  readonly #directory: string
  readonly #keyFingerprint: string
  /** Newest first. */
  #segments: readonly Segment[] = []
  #version = ''

  constructor(directory: string, keyFingerprint: string) {
    this.#directory = directory
    this.#keyFingerprint = keyFingerprint
    this.refresh()
  }

  get(cardToken: string): CardRecord | undefined {
    const found = findNewest(this.#segments, cardToken)
    return found && decodeCard(found.page, found.at)
  }

  /**
   * Takes up what an import has published since; to be called on a timer. Erasure needs no refresh.
   * Throws a `RegistryError` and goes on serving what it has when the new state is unusable.
   */
  refresh(): boolean {
    const version = versionOf(this.#directory)
    if (version === this.#version) return false
    const segments = this.#open()
    closeSegments(this.#segments)
    this.#segments = segments
    this.#version = version
    return true
  }

  close(): void {
    closeSegments(this.#segments)
    this.#segments = []
  }

  #open(): Segment[] {
    for (let tries = 1; ; tries++) {
      const manifest = readManifest(this.#directory, this.#keyFingerprint)
      try {
        const ids = manifest?.segmentIds.toReversed() ?? []
        return openSegments(this.#directory, ids, CARDS, this.#keyFingerprint)
      } catch (error) {
        const missing = error instanceof RegistryError && systemCode(error.cause) === 'ENOENT'
        // A later manifest may have replaced the one just read, and its segments are gone.
        if (!missing || tries === OPEN_TRIES_MAX) throw error
      }
    }
  }
}

/** Changes whenever a new manifest takes the place of the old one. */
function versionOf(directory: string): string {
  const stat = statSync(manifestPath(directory), { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? '' : `${stat.ino} ${stat.mtimeNs}`
}
