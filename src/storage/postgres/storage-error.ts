/** What the failures of PostgreSQL and of the way to it mean in the store's few words. */
import { StorageError, type StorageErrorCode } from '../storage-error.ts'

/** SQLSTATE codes or their classes (postgresql.org/docs/current/errcodes-appendix.html). */
const STATES: Readonly<Record<string, StorageErrorCode>> = {
  '08': 'unreachable',
  '28': 'unreachable',
  '3D': 'unreachable',
  '53100': 'full',
  '53300': 'unreachable',
  '57P01': 'unreachable',
  '57P02': 'unreachable',
  '57P03': 'unreachable',
  '40001': 'busy',
  '40P01': 'busy',
  '55P03': 'busy',
  '57014': 'busy',
  '42501': 'unreadable',
  '25006': 'unreadable',
  '58': 'failed',
  XX: 'corrupt',
}

/** Failures of the socket, by the name Node gives them. */
const SOCKET_FAILURES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]

/** Failures that the driver tells by words alone. */
const LOST = /^(?:Connection terminated|timeout exceeded when trying to connect)/

/** What an exception of the driver means, or undefined when it is a bug (a broken constraint, wrong SQL). */
export function postgresErrorCode(error: unknown): StorageErrorCode | undefined {
  if (error instanceof StorageError) return error.code
  if (error instanceof AggregateError) return postgresErrorCode(error.errors[0])
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error ? String(error.code) : ''
  if (SOCKET_FAILURES.includes(code) || LOST.test(error.message)) return 'unreachable'
  return STATES[code] ?? STATES[code.slice(0, 2)]
}

/** Runs an action and gives its failures of PostgreSQL a `StorageError`, without the URL. */
export async function translatingPostgres<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw translatedPostgres(error)
  }
}

/** The `StorageError` an exception of the driver is, or the exception itself. */
export function translatedPostgres(error: unknown): unknown {
  const code = postgresErrorCode(error)
  if (code === undefined || error instanceof StorageError) return error
  return new StorageError(code, `PostgreSQL: ${(error as Error).message}`, error)
}
