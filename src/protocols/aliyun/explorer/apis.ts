/** The operations of the face as the product pages describe them. */
import { OUTCOME_NAMES, type Outcome } from '../../../domain/outcome.ts'
import type { ElementName } from '../../../domain/product.ts'
import type {
  ApiDescription,
  Bilingual,
  ParameterDescription,
  ResultDescription,
} from '../../explorer.ts'
import { APIS as OPERATIONS } from '../apis.ts'
import { type BusinessCode, resultOf, TEXTS, textOf } from '../catalogue.ts'

const TITLES: Readonly<Record<string, Bilingual>> = {
  'aliyun.1887': { zh: '银行卡四要素核验', en: 'Bank card four-element verification' },
  'aliyun.1886': { zh: '银行卡三要素核验', en: 'Bank card three-element verification' },
  'aliyun.2140': { zh: '身份证银行卡核验', en: 'ID number and bank card verification' },
}

/** Values of the product page's own example. */
const ELEMENTS: Readonly<Record<ElementName, { sample: string; description: Bilingual }>> = {
  name: { sample: '张三', description: { zh: '姓名', en: 'Name' } },
  idNumber: { sample: '32132419860817421X', description: { zh: '身份证号', en: 'ID number' } },
  cardNumber: {
    sample: '6217920181755914',
    description: { zh: '银行卡号', en: 'Bank card number' },
  },
  mobile: { sample: '13636643334', description: { zh: '手机号', en: 'Mobile number' } },
}

const DONE = '10000'
const STATES = [
  ['1', '验证一致', true],
  ['2', '验证不一致', true],
  ['3', '异常情况', false],
] as const

export const APIS: readonly ApiDescription[] = [...OPERATIONS].map(
  ([path, { api, product, fields }]) => ({
    id: api,
    vendor: 'aliyun',
    product,
    title: TITLES[api] ?? { zh: api, en: api },
    method: 'POST',
    path,
    authentications: ['APPCODE', 'AppKey'],
    parameters: [...fields].map(([name, element]) => parameterOf(name, element)),
    results: resultsOf(api),
  }),
)

/** Code 10000 once for each state, then the codes that come without one. */
function resultsOf(api: string): ResultDescription[] {
  const bearing = (code: string, state?: string): readonly Outcome[] => {
    return OUTCOME_NAMES.filter((outcome) => {
      const row = resultOf(outcome, 'pdd', api)
      return row.code === code && row.state === state
    })
  }
  const codes = (Object.keys(TEXTS) as BusinessCode[]).filter((code) => code !== DONE)
  return [
    ...STATES.map(([state, text, billable]) => {
      return { code: `${DONE} · state ${state}`, text, billable, outcomes: bearing(DONE, state) }
    }),
    ...codes.map((code) => {
      return { code, text: textOf(code, 'pdd', api), billable: false, outcomes: bearing(code) }
    }),
  ]
}

/** The page calls every parameter optional; a call without one of them is answered 10001. */
function parameterOf(name: string, element: ElementName): ParameterDescription {
  return { name, type: 'String', required: true, element, ...ELEMENTS[element] }
}
