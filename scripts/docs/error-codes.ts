/** The reference page of every code on every wire, from the catalogues of the vendors. */
import { FAULT_NAMES } from '../../src/domain/fault.ts'
import { OUTCOME_NAMES } from '../../src/domain/outcome.ts'
import * as aliyun from '../../src/protocols/aliyun/catalogue.ts'
import * as tencent from '../../src/protocols/tencent/catalogue.ts'
import { code, type Page, type PageLanguage, section, table } from './page.ts'

const TEXT = {
  en: {
    lead: 'How each [outcome and fault](outcomes-and-faults.md) is called on each wire. The column *known* says why we believe a row: `D` documented by the vendor, `R` seen in a reply of the real service, `S` from a data file of an official SDK, `i` our own choice or inference; for Aliyun the same in words.',
    yes: 'charged',
    no: 'free',
    tencentResults: 'Tencent: results',
    tencentNote:
      'Field `Result`, by action. The reference edition of the document is shown; the edition of 2025-06-12 is a setting.',
    resultHead: ['outcome', 'Result', 'Description', '', 'known'],
    tencentErrors: 'Tencent: errors',
    errorHead: ['fault', 'Code', 'Message'],
    aliyunResults: 'Aliyun: results',
    aliyunHead: ['outcome', 'code', 'state', 'message', '', 'known'],
    siblings: 'As above for 1887, 1886 and 2140, but for these rows of a path of its own:',
    siblingHead: ['operation', 'code', 'message', 'outcome'],
    aliyunErrors: 'Aliyun: refusals',
    aliyunNote:
      'What is checked before the request is decoded answers in the form of the gateway (a status, headers, no body); what is checked later, in the form of the business layer (status 200, a code). Where a row has two gateway codes, the second is for calls with an AppKey.',
    refusalHead: ['fault', 'status', 'X-Ca-Error-Code', 'X-Ca-Error-Message', 'code', 'message'],
    aliyunDirect: 'Aliyun: refusals of the direct face',
    directNote:
      'A call that carries its code as parameter `key`, as on the vendor’s own host, reads these instead; every other refusal as above.',
    directHead: ['fault', 'code', 'message'],
  },
  zh: {
    lead: '各个[核验结果与拒绝原因](outcomes-and-faults.zh-CN.md)在各协议报文中的写法。“依据”一列说明我们为何相信这一行：`D` 供应商文档，`R` 真实服务的应答，`S` 官方 SDK 的数据文件，`i` 我们自己的选择或推断；阿里云部分以英文单词表示。',
    yes: '收费',
    no: '免费',
    tencentResults: '腾讯云：认证结果',
    tencentNote: '`Result` 字段，按接口列出。此处为文档的参考版本；2025-06-12 版本可通过设置选用。',
    resultHead: ['核验结果', 'Result', 'Description', '', '依据'],
    tencentErrors: '腾讯云：错误码',
    errorHead: ['拒绝原因', 'Code', 'Message'],
    aliyunResults: '阿里云：核验结果',
    aliyunHead: ['核验结果', 'code', 'state', 'message', '', '依据'],
    siblings: '1887、1886 与 2140 同上表，下列各行除外：',
    siblingHead: ['接口', 'code', 'message', '核验结果'],
    aliyunErrors: '阿里云：拒绝',
    aliyunNote:
      '解码请求之前的检查以网关形式应答（状态码与响应头，没有响应体），之后的检查以业务形式应答（状态码 200 与 code）。一行有两个网关代码时，第二个用于 AppKey 签名的调用。',
    refusalHead: ['拒绝原因', '状态码', 'X-Ca-Error-Code', 'X-Ca-Error-Message', 'code', 'message'],
    aliyunDirect: '阿里云：直连接口的拒绝',
    directNote: '以参数 `key` 携带凭证的调用（如同供应商自己的域名）改用下列代码，其余拒绝同上。',
    directHead: ['拒绝原因', 'code', 'message'],
  },
} as const

/** Values in the place of those that a message quotes. */
const QUOTES: tencent.Quotes = {
  field: '…',
  reason: '…',
  count: 21,
  limit: 20,
  requestId: '…',
  action: '…',
}

export const ERROR_CODES_PAGE: Page = {
  name: 'error-codes',
  from: 'src/protocols/*/catalogue.ts',
  title: { en: 'Codes of both protocols', zh: '两种协议的代码表' },
  body(language) {
    const text = TEXT[language]
    return [
      text.lead,
      section(text.tencentResults, text.tencentNote, ...tencentResults(language)),
      section(text.tencentErrors, table(text.errorHead, tencentErrors(language))),
      section(
        text.aliyunResults,
        table(text.aliyunHead, aliyunResults(language)),
        text.siblings,
        table(text.siblingHead, aliyunSiblings()),
      ),
      section(text.aliyunErrors, text.aliyunNote, table(text.refusalHead, aliyunRefusals())),
      section(text.aliyunDirect, text.directNote, table(text.directHead, directRefusals())),
    ].join('\n\n')
  },
}

function tencentResults(language: PageLanguage): string[] {
  const { resultHead } = TEXT[language]
  return Object.entries(tencent.RESULTS).flatMap(([action, results]) => {
    const rows = OUTCOME_NAMES.map((outcome) => {
      const { result, description, billable, mark } = results[outcome]
      return [code(outcome), code(result), description, charged(billable, language), mark]
    })
    return [`### ${action}`, table(resultHead, rows)]
  })
}

function tencentErrors(language: PageLanguage): string[][] {
  return FAULT_NAMES.map((fault) => {
    const row = tencent.ERRORS[fault]
    return [code(fault), code(row.code), row[language](QUOTES)]
  })
}

function aliyunResults(language: PageLanguage): string[][] {
  return OUTCOME_NAMES.map((outcome) => {
    const row: aliyun.ResultRow = aliyun.RESULTS[outcome]
    const message = aliyun.textOf(row.code, 'pdd')
    const state = code(row.state ?? '')
    return [
      code(outcome),
      code(row.code),
      state,
      message,
      charged(row.billable, language),
      row.mark,
    ]
  })
}

function aliyunSiblings(): string[][] {
  return Object.entries(aliyun.SIBLINGS).flatMap(([api, { texts, results }]) => {
    const worded = Object.entries(texts).map(([business, text]) => [
      code(api),
      code(business),
      text,
      '',
    ])
    const answered = Object.entries(results).map(([outcome, row]) => {
      const message = aliyun.textOf(row.code, 'pdd', api)
      return [code(api), code(row.code), message, code(outcome)]
    })
    return [...worded, ...answered]
  })
}

function aliyunRefusals(): string[][] {
  return FAULT_NAMES.map((fault) => {
    const row: aliyun.FaultRow = aliyun.REFUSALS[fault]
    const gateways = [row.gateway, row.signed].filter((name) => name !== undefined)
    const rows = gateways.map((name) => aliyun.GATEWAY[name])
    const business = row.business
    return [
      code(fault),
      [...new Set(rows.map(({ status }) => String(status)))].join(' · '),
      rows.map((gateway) => code(gateway.code)).join(' · '),
      rows.map((gateway) => code(gateway.text)).join(' · '),
      business === undefined ? '' : code(business),
      business === undefined ? '' : aliyun.textOf(business, 'pdd'),
    ]
  })
}

function directRefusals(): string[][] {
  return FAULT_NAMES.flatMap((fault) => {
    const { direct }: aliyun.FaultRow = aliyun.REFUSALS[fault]
    return direct === undefined ? [] : [[code(fault), code(direct), aliyun.PLATFORM_TEXTS[direct]]]
  })
}

function charged(billable: boolean, language: PageLanguage): string {
  return billable ? TEXT[language].yes : TEXT[language].no
}
