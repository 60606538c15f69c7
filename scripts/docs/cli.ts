/** The reference page of the command line, from the commands themselves. */
import type { Argument, Command, Option } from 'commander'
import { createContext, createProgram } from '../../src/cli/program.ts'
import { code, type Page, type PageLanguage, table } from './page.ts'

const TEXT = {
  en: {
    lead: 'In a checkout `npm run -s kayan -- …`, installed `kayan …`. Every command answers `--help`; messages are Chinese or English by `--lang`, `KAYAN_LANG` or the locale. Exit codes: 0 done, 1 failed, 2 the command line cannot be understood or the check could not run.',
    head: ['argument or option', 'meaning'],
    byDefault: 'default',
  },
  zh: {
    lead: '在源码目录中使用 `npm run -s kayan -- …`，安装后使用 `kayan …`。每条命令都有 `--help`；提示语言由 `--lang`、`KAYAN_LANG` 或系统区域设置决定。退出码：0 完成，1 失败，2 无法理解命令行或无法进行检查。',
    head: ['参数或选项', '含义'],
    byDefault: '默认',
  },
} as const

/** Reads every command in both languages; commands are loaded one by one. */
export async function cliPage(): Promise<Page> {
  const bodies = { en: await bodyIn('en'), zh: await bodyIn('zh') }
  return {
    name: 'cli',
    from: 'src/cli',
    title: { en: 'Command line', zh: '命令行' },
    body: (language) => bodies[language],
  }
}

async function bodyIn(language: PageLanguage): Promise<string> {
  const context = createContext(['--lang', language], {})
  const whole = await createProgram([], context)
  const parts = [TEXT[language].lead, partsOf(whole, language)]
  for (const name of whole.commands.map((command) => command.name())) {
    const program = await createProgram([name], context)
    const command = program.commands.find((found) => found.name() === name)
    if (command !== undefined) parts.push(describe(command, `kayan ${name}`, 2, language))
  }
  return parts.filter((part) => part !== '').join('\n\n')
}

function describe(command: Command, path: string, level: 2 | 3, language: PageLanguage): string {
  const inner = command.commands.map((sub) => {
    return describe(sub, `${path} ${sub.name()}`, 3, language)
  })
  const usage = command.commands.length > 0 ? [] : [code(`${path} ${command.usage()}`)]
  return [
    `${'#'.repeat(level)} ${path}`,
    command.description() || command.summary(),
    ...usage,
    partsOf(command, language),
    ...inner,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function partsOf(command: Command, language: PageLanguage): string {
  const rows = [
    ...command.registeredArguments.map((argument) => [
      code(argument.required ? `<${argument.name()}>` : `[${argument.name()}]`),
      meaningOf(argument, language),
    ]),
    ...command.options.map((option) => [code(option.flags), meaningOf(option, language)]),
  ]
  return rows.length === 0 ? '' : table(TEXT[language].head, rows)
}

function meaningOf(part: Argument | Option, language: PageLanguage): string {
  const { description, defaultValue } = part
  const choices = part.argChoices?.map(code).join(' ')
  const preset =
    defaultValue === undefined
      ? undefined
      : `${TEXT[language].byDefault} ${code(String(defaultValue))}`
  return [description, choices, preset].filter(Boolean).join('; ')
}
