/** The reference page of official clients, from what their last complete run left behind. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { code, type Page, section, table } from './page.ts'

/** One row of `test/clients/results.json`. */
interface ClientRow {
  readonly client: string
  readonly version?: string
  readonly mode: string
  readonly verb: string
  readonly cases: number
  readonly outcome: 'ok' | 'FAIL'
}

const RESULTS = join(import.meta.dirname, '../../test/clients/results.json')

const TEXT = {
  en: {
    lead: 'What `npm run test:clients` found: the vendors’ own clients, unmodified, in every signature mode and with every verb that they offer, against a running service. Each case is a result or a refusal that the client must read by its own types. Rows with a *captured payload* send elements that Tencent’s Node encryption client (`faceid-api-crypto-nodejs`) encrypted once; npm does not have it, so it is not run here.',
    clients: 'Clients',
    head: ['client', 'version', 'mode', 'verb', 'cases', ''],
  },
  zh: {
    lead: '`npm run test:clients` 的结果：供应商自己的客户端，未作改动，以其提供的各种签名方式和请求方法访问运行中的服务。每个用例是一种结果或拒绝，客户端必须按自己的类型读出。标有 *captured payload* 的行发送的是腾讯云 Node 加密客户端（`faceid-api-crypto-nodejs`）此前加密好的要素；npm 上没有该客户端，因此这里并不运行它。',
    clients: '客户端',
    head: ['客户端', '版本', '方式', '方法', '用例数', ''],
  },
} as const

export const CLIENTS_PAGE: Page = {
  name: 'clients',
  from: 'test/clients/results.json',
  title: { en: 'Official clients', zh: '官方客户端' },
  body(language) {
    const text = TEXT[language]
    const { rows } = JSON.parse(readFileSync(RESULTS, 'utf8')) as { rows: readonly ClientRow[] }
    const cells = rows.map(({ client, version = '', mode, verb, cases, outcome }) => {
      return [client, version, mode, code(verb), cases, outcome]
    })
    return [text.lead, section(text.clients, table(text.head, cells))].join('\n\n')
  },
}
