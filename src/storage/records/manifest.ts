/** The manifest: which segments of a registry directory are live, and how many cards they hold. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CardStatus } from '../../sources/store.ts'
import { replaceJson } from './durable-file.ts'
import { CARDS, type RecordFormat, SUBJECTS } from './record-format.ts'
import { RegistryError, systemCode, unreadable } from './registry-error.ts'
import { Segment } from './segment.ts'
import { FORMAT_VERSION } from './segment-header.ts'

const MANIFEST_NAME = 'manifest.json'
const PARTIAL_IMPORT_NAME = 'import'
const SEGMENT_FILE = /^(\d+)\.(?:cards|subjects)(\.tmp)?$/

export interface Manifest {
  readonly format: number
  readonly keyFingerprint: string
  /** Number of the next segment. */
  readonly nextId: number
  /** Oldest first: of two records of a card the later segment's is the valid one. */
  readonly segmentIds: readonly number[]
  /** Cards by status, each card once. */
  readonly cards: { readonly [S in CardStatus]?: number }
}

export function manifestPath(directory: string): string {
  return join(directory, MANIFEST_NAME)
}

export function emptyManifest(keyFingerprint: string): Manifest {
  return { format: FORMAT_VERSION, keyFingerprint, nextId: 1, segmentIds: [], cards: {} }
}

/** Reads the manifest; undefined when nothing was ever imported. Any key will do without a fingerprint. */
export function readManifest(directory: string, keyFingerprint?: string): Manifest | undefined {
  const path = manifestPath(directory)
  let manifest: Manifest | null
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest | null
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw unreadable(error, path)
  }
  if ((manifest?.format ?? 0) > FORMAT_VERSION) throw new RegistryError('newer_format', path)
  if (!isManifest(manifest)) throw new RegistryError('damaged', path)
  if (keyFingerprint !== undefined && manifest.keyFingerprint !== keyFingerprint) {
    throw new RegistryError('foreign_key', path)
  }
  return manifest
}

/** Where an import prepares its runs until they are merged and published. */
export function partialImportPath(directory: string): string {
  return join(directory, PARTIAL_IMPORT_NAME)
}

export function removePartialImport(directory: string): void {
  rmSync(partialImportPath(directory), { recursive: true, force: true })
}

export function writeManifest(directory: string, manifest: Manifest): void {
  replaceJson(manifestPath(directory), manifest)
}

export function segmentPath(directory: string, id: number, format: RecordFormat): string {
  return join(directory, `${String(id).padStart(6, '0')}.${format.name}`)
}

/** Opens the segments of one kind, in the order of their ids given; all or none. */
export function openSegments(
  directory: string,
  ids: readonly number[],
  format: RecordFormat,
  keyFingerprint: string,
  mode: 'r' | 'r+' = 'r',
): Segment[] {
  const segments: Segment[] = []
  try {
    for (const id of ids) {
      segments.push(new Segment(segmentPath(directory, id, format), format, keyFingerprint, mode))
    }
  } catch (error) {
    closeSegments(segments)
    throw error
  }
  return segments
}

export function closeSegments(segments: readonly Segment[]): void {
  for (const segment of segments) segment.close()
}

/** Both files of a segment. */
export function removeSegment(directory: string, id: number): void {
  for (const format of [CARDS, SUBJECTS]) {
    rmSync(segmentPath(directory, id, format), { force: true })
  }
}

/** Removes what a crash left: segments that the manifest does not name, and half-written ones. */
export function removeOrphans(directory: string): void {
  const liveIds = readManifest(directory)?.segmentIds ?? []
  for (const name of readdirSync(directory)) {
    const [, id, draft] = SEGMENT_FILE.exec(name) ?? []
    if (id !== undefined && (draft !== undefined || !liveIds.includes(Number(id)))) {
      rmSync(join(directory, name), { force: true })
    }
  }
}

function isManifest(value: Partial<Manifest> | null): value is Manifest {
  return (
    value?.format === FORMAT_VERSION &&
    typeof value.keyFingerprint === 'string' &&
    typeof value.nextId === 'number' &&
    Array.isArray(value.segmentIds) &&
    typeof value.cards === 'object'
  )
}
