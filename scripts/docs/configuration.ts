/** The reference page of the environment variables, from `src/config/env.ts`. */
import { VARIABLES, type Variable } from '../../src/config/env.ts'
import { code, type Page, type PageLanguage, section, table } from './page.ts'

const TEXT = {
  en: {
    lead: 'Kayan is configured by environment variables, read once at start. An empty value counts as absent; a value that cannot be used, or a misspelt `KAYAN_` name, is reported in one line.',
    variables: 'Variables',
    head: ['variable', 'values', 'default', 'meaning'],
    derived: 'derived',
    none: 'none',
    either: (development: number, production: number) =>
      `${development} in development, ${production} in production`,
  },
  zh: {
    lead: 'Kayan 由环境变量配置，启动时读取一次。空值视为未设置；无法使用的值以及写错的 `KAYAN_` 变量名会用一行文字报告。',
    variables: '变量',
    head: ['变量', '取值', '默认值', '含义'],
    derived: '推导得出',
    none: '无',
    either: (development: number, production: number) =>
      `development 为 ${development}，production 为 ${production}`,
  },
} as const

export const CONFIGURATION_PAGE: Page = {
  name: 'configuration',
  from: 'src/config/env.ts',
  title: { en: 'Configuration', zh: '配置' },
  body(language) {
    const text = TEXT[language]
    const rows = Object.values<Variable>(VARIABLES).map((variable) => [
      code(variable.name),
      valuesOf(variable),
      defaultOf(variable, language),
      variable[language],
    ])
    return [text.lead, section(text.variables, table(text.head, rows))].join('\n\n')
  },
}

function valuesOf(variable: Variable): string {
  switch (variable.type) {
    case 'integer':
      return `${variable.min}–${variable.max} ${variable.unit}`
    case 'choice':
      return variable.choices.map(code).join(' ')
    case 'address':
      return variable.schemes.map((scheme) => code(`${scheme}://…`)).join(' ')
    default:
      return variable.type
  }
}

function defaultOf(variable: Variable, language: PageLanguage): string {
  if (variable.type === 'address') return TEXT[language].none
  const value = variable.default
  if (value === undefined) return TEXT[language].derived
  if (typeof value !== 'object') return code(String(value))
  return TEXT[language].either(value.development, value.production)
}
