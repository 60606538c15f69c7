/**
 * The root key of an installation: 32 random bytes in a file outside the data directory.
 *
 * A store remembers the fingerprint of the key it was written under, so that a lost or foreign key
 * file is noticed before anything is read or written with the wrong key. The file is never
 * overwritten: what the old key protected could not be had again.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { Keyring } from '../domain/keyring.ts'

const VERSION = 1
const KEY_BYTES = 32
const OWNER_ONLY = 0o600
const OTHERS_MASK = 0o077

/**
 * - `lost`: the store was written under a key, and the file is not there.
 * - `foreign`: the file holds another key than the one the store was written under.
 * - `permissive`: other users of the machine can read it (refused in production).
 * - `malformed`: not a key file of this version.
 * - `unreadable`, `unwritable`: the operating system refuses.
 */
export type KeyFileErrorCode =
  | 'lost'
  | 'foreign'
  | 'permissive'
  | 'malformed'
  | 'unreadable'
  | 'unwritable'

export class KeyFileError extends Error {
  readonly code: KeyFileErrorCode
  readonly path: string

  constructor(code: KeyFileErrorCode, path: string, cause?: unknown) {
    super(`key file ${path}: ${code}`, cause === undefined ? undefined : { cause })
    this.name = 'KeyFileError'
    this.code = code
    this.path = path
  }
}

export interface KeyFileRequest {
  readonly path: string
  /** Fingerprint the store remembers; undefined when it has none yet. */
  readonly fingerprint: string | undefined
  /** Whether a file that others can read is refused. */
  readonly production: boolean
  readonly nowMs: number
}

export interface OpenedKeyFile {
  readonly keyring: Keyring
  /** The file was made just now: the operator should be told to back it up. */
  readonly created: boolean
  /** Other users of the machine can read it. */
  readonly permissive: boolean
}

/** Opens the key file that belongs to a store, or creates it for a store that has none yet. */
export function openKeyFile(request: KeyFileRequest): OpenedKeyFile {
  const opened = readKeyFile(request.path) ?? createFor(request)
  const { root, created, permissive } = opened
  const keyring = new Keyring(root)
  if (request.fingerprint !== undefined && keyring.fingerprint() !== request.fingerprint) {
    throw new KeyFileError('foreign', request.path)
  }
  if (permissive && request.production) throw new KeyFileError('permissive', request.path)
  return { keyring, created, permissive }
}

interface RootKey {
  readonly root: Buffer
  readonly created: boolean
  readonly permissive: boolean
}

function createFor(request: KeyFileRequest): RootKey {
  if (request.fingerprint !== undefined) throw new KeyFileError('lost', request.path)
  const made = createKeyFile(request.path, request.nowMs)
  if (made) return { root: made, created: true, permissive: false }
  // Another process created it between our look and our attempt.
  const found = readKeyFile(request.path)
  if (!found) throw new KeyFileError('unreadable', request.path)
  return found
}

/** The key of an existing file, or undefined when there is none. */
function readKeyFile(path: string): RootKey | undefined {
  let text: string
  let permissive: boolean
  try {
    const descriptor = openSync(path, 'r')
    try {
      permissive = (fstatSync(descriptor).mode & OTHERS_MASK) !== 0
      text = readFileSync(descriptor, 'utf8')
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw new KeyFileError('unreadable', path, error)
  }
  const root = parseKey(text)
  if (!root) throw new KeyFileError('malformed', path)
  return { root, created: false, permissive }
}

function parseKey(text: string): Buffer | undefined {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof content !== 'object' || content === null) return undefined
  if (!('version' in content) || content.version !== VERSION) return undefined
  if (!('key' in content) || typeof content.key !== 'string') return undefined
  const root = Buffer.from(content.key, 'base64')
  return root.length === KEY_BYTES ? root : undefined
}

/** Writes a new key durably, or returns undefined when a file is there already. */
function createKeyFile(path: string, nowMs: number): Buffer | undefined {
  const root = randomBytes(KEY_BYTES)
  const content = {
    comment:
      'Root key of Kayan. Whoever has it can read the secrets in the data; back it up apart.',
    version: VERSION,
    created: new Date(nowMs).toISOString(),
    key: root.toString('base64'),
  }
  let descriptor: number
  try {
    descriptor = openSync(path, 'wx', OWNER_ONLY)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined
    throw new KeyFileError('unwritable', path, error)
  }
  try {
    writeSync(descriptor, `${JSON.stringify(content, undefined, 2)}\n`)
    fsyncSync(descriptor)
    closeSync(descriptor)
    syncDirectory(dirname(path))
    return root
  } catch (error) {
    // Nothing depends on it yet; half a key file would block every later start.
    unlinkSync(path)
    throw new KeyFileError('unwritable', path, error)
  }
}

/** Makes the new name itself survive a power loss. */
function syncDirectory(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
