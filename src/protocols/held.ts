/**
 * Secrets in the programs that the explorer shows: the published ones of the sandbox stand there as
 * they are; one's own never do, a program reads them from its environment.
 */
import { phpLiteral, quotedLiteral, shellLiteral } from './literals.ts'

/** A text that stands in a program, or that the program reads from the variable of that name. */
export type Held = { readonly text: string } | { readonly variable: string }

/** Whether a program has to read it from its environment, for which some languages need an import. */
export function isRead(held: Held): held is { readonly variable: string } {
  return 'variable' in held
}

/** As a word of a POSIX shell, which stops where the variable is not set. */
export function inShell(held: Held): string {
  return isRead(held) ? `"\${${held.variable}:?}"` : shellLiteral(held.text)
}

export function inNode(held: Held): string {
  return isRead(held) ? `process.env.${held.variable} ?? ''` : quotedLiteral(held.text)
}

/** Needs `import os` where it is read. */
export function inPython(held: Held): string {
  return isRead(held) ? `os.environ[${quotedLiteral(held.variable)}]` : quotedLiteral(held.text)
}

/** Needs the import of `os` where it is read; no constant. */
export function inGo(held: Held): string {
  return isRead(held) ? `os.Getenv(${quotedLiteral(held.variable)})` : quotedLiteral(held.text)
}

export function inJava(held: Held): string {
  return isRead(held) ? `System.getenv(${quotedLiteral(held.variable)})` : quotedLiteral(held.text)
}

export function inPhp(held: Held): string {
  return isRead(held) ? `getenv(${phpLiteral(held.variable)})` : phpLiteral(held.text)
}

/** No constant. */
export function inCSharp(held: Held): string {
  if (!isRead(held)) return quotedLiteral(held.text)
  return `Environment.GetEnvironmentVariable(${quotedLiteral(held.variable)})!`
}

/** No constant. */
export function inObjectiveC(held: Held): string {
  if (!isRead(held)) return `@${quotedLiteral(held.text)}`
  return `NSProcessInfo.processInfo.environment[@${quotedLiteral(held.variable)}]`
}

/** For programs of a phone, which have no environment and should have no secret. */
export function inPhone(held: Held): string {
  return quotedLiteral(isRead(held) ? `<${held.variable}>` : held.text)
}
