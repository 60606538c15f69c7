/** The reference page of everything the sandbox answers, from `src/sandbox` and the vendors' own tables. */
import { SANDBOX_KEYS } from '../../src/accounts/sandbox-keys.ts'
import { PROVOCATIONS as ALIYUN } from '../../src/protocols/aliyun/provocations.ts'
import { BUSINESS_SPECIMENS, PLATFORM_SPECIMENS } from '../../src/protocols/aliyun/specimens.ts'
import type { Provocation } from '../../src/protocols/provocation.ts'
import { PROVOCATIONS as TENCENT } from '../../src/protocols/tencent/provocations.ts'
import { SPECIMENS } from '../../src/protocols/tencent/specimens.ts'
import { FAULT_KEYS } from '../../src/sandbox/fault-keys.ts'
import { PEOPLE } from '../../src/sandbox/people.ts'
import { SAMPLES, type Sample, SCENARIOS, type Scenario } from '../../src/sandbox/scenarios.ts'
import { code, type Page, type PageLanguage, section, table } from './page.ts'

const TEXT = {
  en: {
    lead: 'Test keys reach only the sandbox. It answers in the real protocol fields, and every call walks the whole road: signature, limits, format check, metering. All data below is made up or printed by the vendors in their own documents.',
    magic: 'Magic cards',
    magicLead:
      'Whatever the other elements are, these cards give the answer named beside them. The prefix 629999 is assigned to no issuer, the last digit is the Luhn digit.',
    magicHead: ['card number', 'answer', 'after', 'meaning'],
    samples: 'Documented samples',
    samplesLead: 'Exactly these elements answer as the vendor’s document prints.',
    samplesHead: ['vendor', 'product', 'name', 'ID number', 'card number', 'mobile', 'answer'],
    people: 'Twelve people',
    peopleLead:
      'Real matching runs against these people: all elements right is `match`, any other combination for one of their cards is `mismatch`, and an unknown card is `no_record`.',
    peopleHead: ['name', 'ID number', 'card number', 'mobile'],
    keys: 'Magic keys',
    keysLead: `Every call with one of these keys, rightly signed, is refused with the fault beside it. The secrets are those of the usual test keys: SecretKey ${code(SANDBOX_KEYS.tencent.secret)}, AppSecret ${code(SANDBOX_KEYS.appkey.secret)}.`,
    keysHead: ['fault', 'SecretId', 'AppCode', 'AppKey'],
    codes: 'Cards for further codes',
    codesLead:
      'Codes of the vendors’ closed tables that Kayan itself has no reason to give. These cards bring them, free of charge, on the face of their vendor; those named `SYSTEM_…` on the direct face.',
    codesHead: ['vendor', 'code', 'card number'],
    requests: 'Requests that are refused',
    requestsLead: 'What to do to a right request to be refused so, without any magic.',
    requestsHead: ['vendor', 'fault', 'signed by', 'how'],
  },
  zh: {
    lead: '测试密钥只会到达沙箱。沙箱按真实协议的字段应答，每次调用都走完整的流程：验签、限流、格式检查、计量。以下数据均为虚构，或为供应商在自己的文档中公布的示例。',
    magic: '魔法卡号',
    magicLead:
      '无论其他要素是什么，下列卡号都返回对应的结果。前缀 629999 未分配给任何发卡行，末位为 Luhn 校验位。',
    magicHead: ['卡号', '结果', '延迟', '含义'],
    samples: '文档示例',
    samplesLead: '与下列要素完全相同的请求，按供应商文档所印的结果应答。',
    samplesHead: ['供应商', '产品', '姓名', '证件号码', '卡号', '手机号', '结果'],
    people: '十二位虚构人物',
    peopleLead:
      '对下列人物做真实比对：要素全部正确为 `match`，使用其卡号而其他要素不符为 `mismatch`，未知卡号为 `no_record`。',
    peopleHead: ['姓名', '证件号码', '卡号', '手机号'],
    keys: '魔法密钥',
    keysLead: `用下列任一密钥正确签名的调用，都以对应的原因被拒绝。密钥内容与普通测试密钥相同：SecretKey ${code(SANDBOX_KEYS.tencent.secret)}，AppSecret ${code(SANDBOX_KEYS.appkey.secret)}。`,
    keysHead: ['拒绝原因', 'SecretId', 'AppCode', 'AppKey'],
    codes: '其他代码的卡号',
    codesLead:
      '供应商的封闭代码表中，有些代码 Kayan 自己不会给出。下列卡号可在该供应商的接口上免费得到它们；`SYSTEM_…` 只在直连接口上出现。',
    codesHead: ['供应商', '代码', '卡号'],
    requests: '会被拒绝的请求',
    requestsLead: '不用魔法，怎样改动一个正确的请求才会以该原因被拒绝。',
    requestsHead: ['供应商', '拒绝原因', '签名方式', '做法'],
  },
} as const

export const SANDBOX_PAGE: Page = {
  name: 'sandbox',
  from: 'src/sandbox and the specimens and provocations of src/protocols',
  title: { en: 'Sandbox', zh: '沙箱' },
  body(language) {
    const text = TEXT[language]
    const magic = SCENARIOS.map((row) => [
      code(row.cardNumber),
      answerOf(row),
      row.delayMs === undefined ? '' : `${row.delayMs} ms`,
      row.note[language],
    ])
    const people = PEOPLE.map(({ name, idNumber, cardNumber, mobile }) => {
      return [name, code(idNumber), code(cardNumber), code(mobile)]
    })
    return [
      text.lead,
      section(text.magic, text.magicLead, table(text.magicHead, magic)),
      section(text.samples, text.samplesLead, table(text.samplesHead, SAMPLES.map(sampleRow))),
      section(text.people, text.peopleLead, table(text.peopleHead, people)),
      section(text.keys, text.keysLead, table(text.keysHead, FAULT_KEYS.map(keyRow))),
      section(text.codes, text.codesLead, table(text.codesHead, codeRows())),
      section(text.requests, text.requestsLead, table(text.requestsHead, requestRows(language))),
    ].join('\n\n')
  },
}

function answerOf(row: Scenario): string {
  return code('outcome' in row ? row.outcome : row.fault)
}

function sampleRow(sample: Sample): string[] {
  const { vendor, product, name, idNumber = '', cardNumber, mobile = '', outcome } = sample
  return [
    vendor,
    code(product),
    name,
    code(idNumber),
    code(cardNumber),
    code(mobile),
    code(outcome),
  ]
}

function keyRow({ fault, tencent, appcode, appkey }: (typeof FAULT_KEYS)[number]): string[] {
  return [fault.fault, tencent, appcode, appkey].map(code)
}

function codeRows(): string[][] {
  const row = (vendor: string) => (specimen: { code: string; cardNumber: string }) => {
    return [vendor, code(specimen.code), code(specimen.cardNumber)]
  }
  return [
    ...SPECIMENS.map(row('tencent')),
    ...BUSINESS_SPECIMENS.map(row('aliyun')),
    ...PLATFORM_SPECIMENS.map(row('aliyun')),
  ]
}

function requestRows(language: PageLanguage): string[][] {
  const row = (vendor: string) => (provocation: Provocation) => {
    const { fault, signing, how } = provocation
    return [vendor, code(fault), code(signing), how[language]]
  }
  return [...TENCENT.map(row('tencent')), ...ALIYUN.map(row('aliyun'))]
}
