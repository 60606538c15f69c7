/** Turns whatever went wrong into one line in the user's language that says what to do. */
import { AccountError } from '../accounts/store.ts'
import { ConfigError } from '../config/config.ts'
import { VARIABLES, type Variable } from '../config/env.ts'
import { KeyFileError } from '../storage/key-file.ts'
import { RegistryError } from '../storage/records/registry-error.ts'
import { StorageError } from '../storage/storage-error.ts'
import { CliError } from './context.ts'
import type { Locale } from './locale/zh.ts'

/** The line for a failure, or undefined for a bug. */
export function explain(error: unknown, locale: Locale): string | undefined {
  if (error instanceof CliError) return error.message
  if (error instanceof ConfigError) return explainConfig(error, locale)
  if (error instanceof KeyFileError) return explainKeyFile(error, locale)
  if (error instanceof StorageError) return locale.storage[error.code](firstPart(error.message))
  if (error instanceof AccountError) return locale.accountErrors[error.code](error.subject)
  if (error instanceof RegistryError) return locale.registry.errors[error.code](error.detail)
  return explainSystem(error, locale)
}

function explainConfig(error: ConfigError, locale: Locale): string {
  const row: Variable = VARIABLES[error.variable]
  const texts = locale.config
  switch (error.code) {
    case 'out_of_range': {
      const range = row.type === 'integer' ? `${row.min}–${row.max}` : ''
      return texts.out_of_range(row.name, error.value, range)
    }
    case 'not_a_choice': {
      const choices = row.type === 'choice' ? row.choices.join(' | ') : ''
      return texts.not_a_choice(row.name, error.value, choices)
    }
    default:
      return texts[error.code](row.name, error.value)
  }
}

function explainKeyFile(error: KeyFileError, locale: Locale): string {
  return locale.keyFile[error.code](error.path, systemCode(error.cause) ?? '')
}

/** Failures of the operating system that a user can mend. */
function explainSystem(error: unknown, locale: Locale): string | undefined {
  const code = systemCode(error)
  if (code === undefined) return undefined
  const { path = '', address = '', port = '' } = error as Record<string, string | undefined>
  const endpoint = `${address}:${port}`
  switch (code) {
    case 'EADDRINUSE':
      return locale.system.portBusy(endpoint)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return locale.system.addressRefused(endpoint)
    case 'EACCES':
    case 'EPERM':
      return port ? locale.system.addressRefused(endpoint) : locale.system.fileRefused(path)
    case 'ENOENT':
      return locale.system.fileMissing(path)
    case 'EISDIR':
      return locale.system.isDirectory(path)
    case 'ENOSPC':
    case 'EDQUOT':
      return locale.system.diskFull
    default:
      return undefined
  }
}

function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** A storage error begins with its path; the rest is the engine's own English. */
function firstPart(message: string): string {
  return message.split(': ')[0] ?? message
}
