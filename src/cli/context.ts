/** What every command is given: texts, settings, time, and where to print. */
import type { Config } from '../config/config.ts'
import type { Environment, Language } from '../config/env.ts'
import type { Locale } from './locale/zh.ts'

export interface Context {
  readonly language: Language
  readonly locale: Locale
  /** The environment with the options that stand for a variable laid over it. */
  readonly environment: () => Environment
  /** Lays options over the environment, before `config` is first asked. */
  readonly override: (environment: Environment) => void
  /** Reads the configuration; throws `ConfigError`. */
  readonly config: () => Config
  readonly nowMs: () => number
  /** Prints a line on standard output. */
  readonly out: (line: string) => void
  /** Prints a line on standard error. */
  readonly err: (line: string) => void
  /** What the process ends with, when the command does not fail. */
  exitCode: number
}

/** A failure whose one line the command has already put into the user's language. */
export class CliError extends Error {
  readonly exitCode: number

  constructor(line: string, exitCode = 1) {
    super(line)
    this.name = 'CliError'
    this.exitCode = exitCode
  }
}
