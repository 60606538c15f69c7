/** The log: JSON lines on standard error, written at once. The only file that knows the logger. */
import { destination, type Logger, pino } from 'pino'

export type Log = Logger
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'

/** What is kept of lines that cannot be written; the newest beyond it are lost. */
const WAITING_BYTES_MAX = 1 << 20

/** A log that writes to a file descriptor or path; 2 is standard error. */
export function createLog(level: LogLevel, to: number | string = 2): Log {
  const lines = destination({ dest: to, sync: true, maxLength: WAITING_BYTES_MAX })
  // A full disk, or a reader that has gone, costs lines and never a verdict.
  lines.on('error', () => {})
  return pino({ level, base: null }, lines)
}
