/** The operations of the face as the product pages describe them. */
import type { ElementName } from '../../../domain/product.ts'
import type {
  ApiDescription,
  Bilingual,
  ParameterDescription,
  ResultDescription,
} from '../../explorer.ts'
import { APIS as OPERATIONS } from '../apis.ts'
import { TEXTS } from '../catalogue.ts'

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

const STATES: readonly ResultDescription[] = [
  { code: '10000 · state 1', text: '验证一致', billable: true },
  { code: '10000 · state 2', text: '验证不一致', billable: true },
  { code: '10000 · state 3', text: '异常情况', billable: false },
]

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
    results: [
      ...STATES,
      ...Object.entries(TEXTS)
        .filter(([code]) => code !== '10000')
        .map(([code, { pdd }]) => ({ code, text: pdd, billable: false })),
    ],
  }),
)

/** The page calls every parameter optional; a call without one of them is answered 10001. */
function parameterOf(name: string, element: ElementName): ParameterDescription {
  return { name, type: 'String', required: true, element, ...ELEMENTS[element] }
}
