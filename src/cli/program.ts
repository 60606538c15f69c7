/** The command line: which command, in which language, and how a failure is told. */
import { Command, CommanderError, Help, Option } from 'commander'
import { readConfig } from '../config/config.ts'
import { type Environment, type Language, languageOf } from '../config/env.ts'
import type { Context } from './context.ts'
import { explain } from './explain.ts'
import { en } from './locale/en.ts'
import { type Locale, zh } from './locale/zh.ts'
import { displayWidth } from './table.ts'

/** One file a command, loaded only when it is called: start-up is part of every call. */
const COMMANDS = {
  serve: () => import('./serve.ts'),
  verify: () => import('./verify.ts'),
  call: () => import('./call.ts'),
  accounts: () => import('./accounts.ts'),
  keys: () => import('./keys.ts'),
  grants: () => import('./grants.ts'),
  quota: () => import('./quota.ts'),
  plans: () => import('./plans.ts'),
  orders: () => import('./orders.ts'),
  trial: () => import('./trial.ts'),
  payments: () => import('./payments.ts'),
  alerts: () => import('./alerts.ts'),
  postpaid: () => import('./postpaid.ts'),
  registry: () => import('./registry.ts'),
  invoices: () => import('./invoices.ts'),
  ledger: () => import('./ledger.ts'),
  calls: () => import('./calls.ts'),
  rules: () => import('./rules.ts'),
  users: () => import('./users.ts'),
  vendors: () => import('./vendors.ts'),
  storage: () => import('./storage.ts'),
  sandbox: () => import('./sandbox.ts'),
  doctor: () => import('./doctor.ts'),
} satisfies Record<keyof Locale['commands'], () => Promise<CommandModule>>

/** What a command's file exports: it adds its options, sub-commands and action. */
interface CommandModule {
  define(command: Command, context: Context): void
}

type CommandName = keyof typeof COMMANDS

const USAGE_EXIT_CODE = 2

/** Runs one command line (without `node` and the script) and returns the exit code. */
export async function run(words: readonly string[], environment: Environment): Promise<number> {
  // `kayan help keys` is `kayan keys --help`.
  const argv = words[0] === 'help' ? [...words.slice(1), '--help'] : words
  const context = createContext(argv, environment)
  let program: Command | undefined
  try {
    program = await createProgram(argv, context)
    await program.parseAsync(argv.length > 0 ? argv : ['--help'], { from: 'user' })
    return context.exitCode
  } catch (error) {
    return fail(error, context, calledCommand(argv, program))
  }
}

/** What a command line is run with; the generator of the reference page makes one of its own. */
export function createContext(argv: readonly string[], environment: Environment): Context {
  const wished = languageOption(argv)
  const language = wished ?? languageOf(environment)
  let overlaid: Environment = wished ? { ...environment, KAYAN_LANG: wished } : environment
  return {
    language,
    locale: language === 'en' ? en : zh,
    environment: () => overlaid,
    override: (more) => {
      overlaid = { ...overlaid, ...more }
    },
    config: () => readConfig(overlaid),
    nowMs: () => Date.now(),
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    exitCode: 0,
  }
}

/** The language must be known before the options are defined, since their help is in it. */
function languageOption(argv: readonly string[]): Language | undefined {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='))
  const value = argv[at]?.split('=')[1] ?? argv[at + 1]
  return at >= 0 && (value === 'zh' || value === 'en') ? value : undefined
}

/** The program with its house rules; only the command named in `argv` has its parts. */
export async function createProgram(argv: readonly string[], context: Context): Promise<Command> {
  const { locale } = context
  const program = new Command('kayan')
  applyHouseRules(program, locale)
  program
    .description(locale.program.description)
    .version(await version(), '-V, --version', locale.help.version)
    .addOption(new Option('--lang <language>', locale.program.lang).choices(['zh', 'en']))
    .option('--data-dir <directory>', locale.program.dataDir)
    .addHelpText('after', `\n${locale.program.notes}`)
    .hook('preAction', () => {
      const dataDir: string | undefined = program.opts().dataDir
      if (dataDir !== undefined) context.override({ KAYAN_DATA_DIR: dataDir })
    })
  const names = Object.keys(COMMANDS) as CommandName[]
  const chosen = argv.find((word) => word in COMMANDS)
  for (const name of names) {
    const command = program.command(name).summary(locale.commands[name])
    if (name === chosen) (await COMMANDS[name]()).define(command, context)
    withoutHelpCommands(command)
  }
  return program
}

/** Help is an option here; the library would add a command in English to every group. */
function withoutHelpCommands(command: Command): void {
  command.helpCommand(false)
  for (const part of command.commands) withoutHelpCommands(part)
}

/** Set before sub-commands are made, which inherit it. */
function applyHouseRules(program: Command, locale: Locale): void {
  const titles: Record<string, string> = {
    'Usage:': locale.help.usage,
    'Arguments:': locale.help.arguments,
    'Options:': locale.help.options,
    'Commands:': locale.help.commands,
  }
  program
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpOption('-h, --help', locale.help.help)
    .helpCommand(false)
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      styleUsage: (usage) => inLanguage(usage, locale),
      subcommandTerm: (command) => inLanguage(new Help().subcommandTerm(command), locale),
      displayWidth,
      optionDescription: (option) => {
        const plain = new Help().optionDescription(new Option(option.flags, option.description))
        const notes = [
          ...(option.argChoices ? [locale.help.choices(option.argChoices.join(' | '))] : []),
          ...(option.defaultValue === undefined
            ? []
            : [locale.help.default(String(option.defaultValue))]),
        ]
        return notes.length > 0 ? `${plain} (${notes.join(', ')})` : plain
      },
    })
}

/** How a command is written, with the words that stand for what is left out. */
function inLanguage(usage: string, { help }: Locale): string {
  return usage.replace('[options]', help.optionsPlace).replace('[command]', help.commandPlace)
}

async function version(): Promise<string> {
  const manifest = await import('../../package.json', { with: { type: 'json' } })
  return manifest.default.version
}

/** Prints one line, for a bug with the stack when debugging, and gives the exit code. */
function fail(error: unknown, context: Context, called: string): number {
  const { locale } = context
  if (error instanceof CommanderError) {
    if (error.exitCode === 0 || error.code === 'commander.help') return error.exitCode
    context.err(`${usageLine(error, locale)} ${locale.usage.seeHelp(called)}`)
    return USAGE_EXIT_CODE
  }
  const line = explain(error, locale)
  context.err(line ?? locale.bug(error instanceof Error ? error.message : String(error)))
  if (line === undefined && context.environment().KAYAN_LOG_LEVEL === 'debug') {
    context.err(error instanceof Error ? (error.stack ?? '') : '')
  }
  return exitCodeOf(error)
}

/** The command whose help tells more. */
function calledCommand(argv: readonly string[], program: Command | undefined): string {
  const names = ['kayan']
  let command = program
  for (const word of argv) {
    const part = command?.commands.find((candidate) => candidate.name() === word)
    if (part === undefined) continue
    names.push(word)
    command = part
  }
  return names.join(' ')
}

function exitCodeOf(error: unknown): number {
  if (typeof error === 'object' && error !== null && 'exitCode' in error) {
    return Number(error.exitCode)
  }
  return 1
}

/** Commander speaks English; its codes and the quoted name in its text are all we take. */
function usageLine(error: CommanderError, locale: Locale): string {
  const name = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  const { usage } = locale
  switch (error.code) {
    case 'commander.unknownOption':
      return usage.unknownOption(name)
    case 'commander.unknownCommand':
      return usage.unknownCommand(name)
    case 'commander.missingArgument':
      return usage.missingArgument(name)
    case 'commander.missingMandatoryOptionValue':
      return usage.missingOption(name)
    case 'commander.optionMissingArgument':
      return usage.optionValueMissing(name)
    case 'commander.conflictingOption':
      return usage.conflict(name)
    case 'commander.excessArguments':
      return usage.excessArguments
    default:
      return invalidValueLine(error.message, locale)
  }
}

/** Either an option's argument is invalid, or a value for an argument is; both may have choices. */
function invalidValueLine(message: string, locale: Locale): string {
  const [, option, given] = /option '([^']*)' argument '([^']*)' is invalid/.exec(message) ?? []
  const [, value, argument] =
    /value '([^']*)' is invalid for argument '([^']*)'/.exec(message) ?? []
  const choices = /Allowed choices are (.*)\.$/.exec(message)?.[1]
  const notes = choices && locale.help.choices(choices.replaceAll(', ', ' | '))
  const line = locale.usage.invalidValue(option ?? argument ?? '', given ?? value ?? '')
  return notes ? `${line} (${notes})` : line
}
