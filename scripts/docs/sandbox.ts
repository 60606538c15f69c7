/** The reference page of everything the sandbox answers, from `src/sandbox`. */
import { PEOPLE } from '../../src/sandbox/people.ts'
import { SAMPLES, type Sample, SCENARIOS, type Scenario } from '../../src/sandbox/scenarios.ts'
import { code, type Page, section, table } from './page.ts'

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
  },
} as const

export const SANDBOX_PAGE: Page = {
  name: 'sandbox',
  from: 'src/sandbox/scenarios.ts and src/sandbox/people.ts',
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
