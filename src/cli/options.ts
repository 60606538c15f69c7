/** Options that several commands share, and the reading of numbers, dates and standard input. */
import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import type { KeyKind } from '../domain/key.ts'
import { type Mode, PRODUCTS } from '../domain/product.ts'
import { CliError, type Context } from './context.ts'

const KINDS: readonly KeyKind[] = ['tencent', 'appcode', 'appkey', 'direct']
const MODES: readonly Mode[] = ['live', 'test']
const BEIJING = '+08:00'

export function jsonOption(context: Context): Option {
  return new Option('--json', context.locale.program.json)
}

export function kindOption(context: Context): Option {
  return new Option('--kind <kind>', context.locale.keys.kind).choices(KINDS).makeOptionMandatory()
}

export function modeOption(description: string): Option {
  return new Option('--mode <mode>', description).choices(MODES).default('live')
}

export function productOption(description: string): Option {
  return new Option('--product <product>', description).choices(Object.keys(PRODUCTS))
}

export function accountArgument(context: Context, required = true): Argument {
  return new Argument(required ? '<account>' : '[account]', context.locale.accounts.account)
}

/** Examples at the end of a command's help. */
export function addExamples(command: Command, context: Context, lines: readonly string[]): void {
  const indented = lines.map((line) => `  ${line}`)
  command.addHelpText('after', ['', context.locale.help.examples, ...indented].join('\n'))
}

/** A positive whole number. */
export function positiveInteger(value: string): number {
  if (!/^[1-9]\d{0,11}$/.test(value)) throw new InvalidArgumentError('')
  return Number(value)
}

/** A whole number that may be zero. */
export function wholeNumber(value: string): number {
  return value === '0' ? 0 : positiveInteger(value)
}

/** A day (0:00 in Beijing) or a full time with its zone, as milliseconds. */
export function moment(value: string): number {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(value)
  const isTime = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/.test(value)
  const atMs = isDay ? Date.parse(`${value}T00:00:00${BEIJING}`) : Date.parse(value)
  if (!(isDay || isTime) || Number.isNaN(atMs)) throw new InvalidArgumentError('')
  return atMs
}

/** A moment as people in Beijing read it: `2028-11-21 09:30:00`. */
export function beijingTime(atMs: number): string {
  const shifted = new Date(atMs + 8 * 3_600_000).toISOString()
  return shifted.slice(0, 19).replace('T', ' ')
}

/** One line from standard input, asked for when a person sits there; `hidden` types unseen. */
export async function readLineOrAsk(
  context: Context,
  prompt: string,
  typing: 'visible' | 'hidden' = 'visible',
): Promise<string> {
  if (!process.stdin.isTTY) return firstLine(context, await text(process.stdin))
  const { createInterface } = await import('node:readline/promises')
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = typing === 'hidden' ? nowhere : process.stderr
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  if (typing === 'hidden') process.stderr.write(prompt)
  try {
    return firstLine(context, await terminal.question(prompt))
  } finally {
    terminal.close()
    if (typing === 'hidden') process.stderr.write('\n')
  }
}

/** First line of a small text file. */
export function readLineOfFile(context: Context, path: string): string {
  return firstLine(context, readFileSync(path, 'utf8'))
}

function firstLine(context: Context, content: string): string {
  const line = content.split(/\r?\n/, 1)[0] ?? ''
  if (line === '') throw new CliError(context.locale.usage.emptyInput)
  return line
}
