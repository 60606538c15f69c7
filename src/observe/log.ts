/** The log: JSON lines on standard error, written at once. The only file that knows the logger. */
import { destination, type Logger, pino } from 'pino'

export type Log = Logger
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'

/** A log that writes to a file descriptor or path; 2 is standard error. */
export function createLog(level: LogLevel, to: number | string = 2): Log {
  return pino({ level, base: null }, destination({ dest: to, sync: true }))
}
