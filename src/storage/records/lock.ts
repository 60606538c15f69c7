/** One writer at a time in a registry directory: a lock file that says which process holds it. */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { RegistryError, systemCode, writeFailure } from './registry-error.ts'

const LOCK_NAME = 'lock'
/** Position of the start time in `/proc/PID/stat`, counted after the command name. */
const START_TIME_FIELD = 19

/** Takes the lock and returns the function that gives it back; throws `busy` while it is held. */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, LOCK_NAME)
  if (!create(path)) {
    const holder = readHolder(path)
    if (holder !== undefined && isRunning(holder)) {
      throw new RegistryError('busy', String(holder.pid))
    }
    // The holder is gone without giving it back: it was killed, or the machine went down.
    rmSync(path, { force: true })
    if (!create(path)) throw new RegistryError('busy')
  }
  return () => rmSync(path, { force: true })
}

interface Holder {
  readonly pid: number
  /** Tells a process from a later one with the same number; empty where the system does not say. */
  readonly startTime: string
}

function create(path: string): boolean {
  try {
    const descriptor = openSync(path, 'wx', 0o600)
    writeSync(descriptor, JSON.stringify({ pid: process.pid, startTime: startTime(process.pid) }))
    closeSync(descriptor)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw writeFailure(error, path)
  }
}

function readHolder(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

function isRunning({ pid, startTime: since }: Holder): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false
  }
  return startTime(pid) === since
}

function startTime(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD] ?? ''
  } catch {
    return ''
  }
}
