/**
 * Files that are longer than one request may be: they come in pieces, in order, into a directory of
 * this node. What is in them may be personal, so only this service may read it, nothing of it is
 * ever said, and what nobody has fetched after a while is removed.
 */
import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

export interface UploadLimits {
  /** Of one file. */
  readonly bytesMax: number
  /** Of one piece: what one request may carry. */
  readonly pieceBytesMax: number
}

/** A file on its way. */
export interface Upload {
  readonly id: string
  readonly bytes: number
  readonly received: number
}

/**
 * - `file_too_large`, `uploads_too_many`: more than this node has room for.
 * - `upload_unknown`: nothing comes under that name to this node.
 * - `offset_mismatch`: the pieces before this one, or this one itself, came already.
 * - `upload_incomplete`: pieces are still to come.
 */
export type UploadRefusal =
  | 'file_too_large'
  | 'uploads_too_many'
  | 'upload_unknown'
  | 'offset_mismatch'
  | 'upload_incomplete'

/** A whole file: whoever takes it moves it away or removes it. */
export interface TakenFile {
  readonly path: string
}

const UPLOADS_MAX = 8
/** An upload that rests for so long is given up. */
const IDLE_MS_MAX = 3_600_000
const OWNER_ONLY_DIRECTORY = 0o700
const OWNER_ONLY_FILE = 0o600

interface Entry {
  readonly bytes: number
  received: number
  touchedAtMs: number
}

export class Uploads {
  readonly limits: UploadLimits
  readonly #directory: string
  readonly #entries = new Map<string, Entry>()

  /** What an earlier start has left in the directory goes. */
  constructor(directory: string, limits: UploadLimits) {
    this.#directory = directory
    this.limits = limits
    rmSync(directory, { recursive: true, force: true })
  }

  /** Makes room for a file of so many bytes. */
  begin(bytes: number, nowMs: number): Upload | UploadRefusal {
    if (bytes > this.limits.bytesMax) return 'file_too_large'
    this.#giveUp(nowMs)
    if (this.#entries.size >= UPLOADS_MAX) return 'uploads_too_many'
    const id = randomUUID()
    mkdirSync(this.#directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY })
    closeSync(openSync(this.#path(id), 'wx', OWNER_ONLY_FILE))
    this.#entries.set(id, { bytes, received: 0, touchedAtMs: nowMs })
    return { id, bytes, received: 0 }
  }

  /** Takes the next piece, which begins where the last one ended. */
  append(
    id: string,
    { offset, piece }: { readonly offset: number; readonly piece: Uint8Array },
    nowMs: number,
  ): Upload | UploadRefusal {
    const entry = this.#entries.get(id)
    if (entry === undefined) return 'upload_unknown'
    if (offset !== entry.received || offset + piece.length > entry.bytes) return 'offset_mismatch'
    const file = openSync(this.#path(id), 'r+')
    try {
      for (let at = 0; at < piece.length; ) at += writeSync(file, piece, at, undefined, offset + at)
    } finally {
      closeSync(file)
    }
    entry.received += piece.length
    entry.touchedAtMs = nowMs
    return { id, bytes: entry.bytes, received: entry.received }
  }

  /** Hands a whole file over; it is forgotten here. */
  take(id: string): TakenFile | UploadRefusal {
    const entry = this.#entries.get(id)
    if (entry === undefined) return 'upload_unknown'
    if (entry.received < entry.bytes) return 'upload_incomplete'
    this.#entries.delete(id)
    return { path: this.#path(id) }
  }

  /** Removes what has come of a file. */
  remove(id: string): Upload | UploadRefusal {
    const entry = this.#entries.get(id)
    if (entry === undefined) return 'upload_unknown'
    this.#forget(id)
    return { id, bytes: entry.bytes, received: entry.received }
  }

  #giveUp(nowMs: number): void {
    for (const [id, { touchedAtMs }] of this.#entries) {
      if (nowMs - touchedAtMs > IDLE_MS_MAX) this.#forget(id)
    }
    this.#removeStrays(nowMs)
  }

  /** Files that were taken and that nobody has removed. */
  #removeStrays(nowMs: number): void {
    mkdirSync(this.#directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY })
    for (const name of readdirSync(this.#directory)) {
      const path = join(this.#directory, name)
      const changedAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? nowMs
      if (!this.#entries.has(name) && nowMs - changedAtMs > IDLE_MS_MAX) rmSync(path)
    }
  }

  #forget(id: string): void {
    this.#entries.delete(id)
    rmSync(this.#path(id), { force: true })
  }

  #path(id: string): string {
    return join(this.#directory, id)
  }
}
