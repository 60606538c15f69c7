/** Writing files so that after a crash either the whole new file is there or the old one. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { writeFailure } from './registry-error.ts'

const OWNER_ONLY = 0o600
const OWNER_ONLY_DIRECTORY = 0o700

/** Creates a directory for the owner alone, with its parents. */
export function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: OWNER_ONLY_DIRECTORY })
  } catch (error) {
    throw writeFailure(error, path)
  }
}

/** Makes the names in a directory survive a power loss. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Writes all bytes at a position; one `write` may stop short on a nearly full disk. */
export function writeFully(descriptor: number, bytes: Uint8Array, position: number): void {
  let done = 0
  while (done < bytes.length) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
  }
}

/** Replaces a small JSON file: temporary name, sync, rename, sync of the directory. */
export function replaceJson(path: string, content: unknown): void {
  const draft = new DraftFile(path)
  try {
    draft.write(Buffer.from(`${JSON.stringify(content)}\n`), 0)
    draft.publish()
    syncDirectory(dirname(path))
  } catch (error) {
    draft.discard()
    throw writeFailure(error, path)
  }
}

/** A file under a temporary name until it is whole. */
export class DraftFile {
  readonly #path: string
  readonly #draftPath: string
  readonly #descriptor: number
  #open = true

  constructor(path: string) {
    this.#path = path
    this.#draftPath = `${path}.tmp`
    try {
      writeFileSync(this.#draftPath, '', { mode: OWNER_ONLY })
      this.#descriptor = openSync(this.#draftPath, 'r+')
    } catch (error) {
      throw writeFailure(error, path)
    }
  }

  write(bytes: Uint8Array, position: number): void {
    try {
      writeFully(this.#descriptor, bytes, position)
    } catch (error) {
      throw writeFailure(error, this.#path)
    }
  }

  /** Makes the content durable and gives the file its name; the directory is the caller's to sync. */
  publish(): void {
    try {
      fsyncSync(this.#descriptor)
      this.#close()
      renameSync(this.#draftPath, this.#path)
    } catch (error) {
      throw writeFailure(error, this.#path)
    }
  }

  /** Leaves nothing behind; without effect once published. */
  discard(): void {
    if (this.#open) {
      this.#close()
      rmSync(this.#draftPath, { force: true })
    }
  }

  #close(): void {
    this.#open = false
    closeSync(this.#descriptor)
  }
}
