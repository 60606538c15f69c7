/**
 * A file that holds space on the store's disk and is given up when a start finds the disk full:
 * taking the store over writes, and a service that cannot start cannot even refuse.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const FILE_NAME = 'kayan.ballast'
const BALLAST_BYTES = 16 << 20
/** It is laid only where this much is left besides, so that it never fills a disk by itself. */
const SPARE_BYTES = 4 * BALLAST_BYTES
const CHUNK_BYTES = 1 << 20

export class Ballast {
  readonly #dataDir: string
  readonly #path: string

  constructor(dataDir: string) {
    this.#dataDir = dataDir
    this.#path = join(dataDir, FILE_NAME)
  }

  /** Lays it where it is missing and the disk has room; a disk that refuses goes without. */
  lay(): void {
    if (existsSync(this.#path)) return
    const { bavail, bsize } = statfsSync(this.#dataDir)
    if (bavail * bsize < BALLAST_BYTES + SPARE_BYTES) return
    const unfinished = `${this.#path}.new`
    try {
      fill(unfinished)
      renameSync(unfinished, this.#path)
    } catch {
      rmSync(unfinished, { force: true })
    }
  }

  /** Gives its space up; whether there was any. */
  drop(): boolean {
    const laid = existsSync(this.#path)
    rmSync(this.#path, { force: true })
    return laid
  }
}

/** Written out, not only reserved by its length: a hole holds no space. */
function fill(path: string): void {
  const file = openSync(path, 'w', 0o600)
  try {
    // Not zeros: a file system that compresses would keep nothing of them.
    const chunk = Buffer.alloc(CHUNK_BYTES, 'ballast ')
    for (let written = 0; written < BALLAST_BYTES; written += CHUNK_BYTES) writeSync(file, chunk)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
