/** The actions of the Tencent face as their pages describe them (1007/35775 and siblings). */
import { OUTCOME_NAMES, type Outcome } from '../../../domain/outcome.ts'
import type { ElementName } from '../../../domain/product.ts'
import type { ApiDescription, Bilingual, ParameterDescription } from '../../explorer.ts'
import { type Action, RESULTS, type ResultRow } from '../catalogue.ts'
import { ACTIONS } from '../messages.ts'

/** Titles of the vendor's pages. */
const TITLES: Readonly<Record<Action, Bilingual>> = {
  BankCard4EVerification: { zh: '银行卡四要素核验', en: 'Bank card four-element verification' },
  BankCardVerification: { zh: '银行卡三要素核验', en: 'Bank card three-element verification' },
  BankCard2EVerification: { zh: '银行卡二要素核验', en: 'Bank card two-element verification' },
  CheckBankCardInformation: { zh: '银行卡基础信息查询', en: 'Bank card information' },
}

/** First sample of the vendor's page. */
const ELEMENTS: Readonly<Record<ElementName, { sample: string; description: Bilingual }>> = {
  name: { sample: '韦小宝', description: { zh: '姓名', en: 'Name' } },
  idNumber: {
    sample: '11204416541220243X',
    description: { zh: '身份证号码', en: 'ID number' },
  },
  cardNumber: {
    sample: '6225768888888888',
    description: { zh: '银行卡号', en: 'Bank card number' },
  },
  mobile: {
    sample: '16137688175',
    description: { zh: '银行预留手机号码', en: 'Mobile number reserved at the bank' },
  },
}

const CERT_TYPE: ParameterDescription = {
  name: 'CertType',
  type: 'Integer',
  required: false,
  sample: '0',
  description: {
    zh: '证件类型，目前只支持 0：身份证，默认 0',
    en: 'Type of certificate; only 0, the resident ID card, which is the default',
  },
}

export const APIS: readonly ApiDescription[] = (Object.keys(ACTIONS) as Action[]).map((action) => {
  const { product, elements, certified } = ACTIONS[action]
  return {
    id: `tencent.${action}`,
    vendor: 'tencent',
    product,
    title: TITLES[action],
    method: 'POST',
    path: '/',
    authentications: ['TC3-HMAC-SHA256'],
    parameters: [
      ...Object.entries(elements).map(([name, element]) => elementParameter(name, element)),
      ...(certified ? [CERT_TYPE] : []),
    ],
    results: resultsOf(action),
  }
})

/** Types of all parameters by name; no two actions disagree. */
export const PARAMETER_TYPES: ReadonlyMap<string, ParameterDescription['type']> = new Map(
  APIS.flatMap(({ parameters }) => parameters.map(({ name, type }) => [name, type] as const)),
)

function elementParameter(name: string, element: ElementName): ParameterDescription {
  return { name, type: 'String', required: true, element, ...ELEMENTS[element] }
}

/** The vendor's own rows, each number once. */
function resultsOf(action: Action): ApiDescription['results'] {
  const rows: Readonly<Record<Outcome, ResultRow>> = RESULTS[action]
  const bearing = (code: string) => OUTCOME_NAMES.filter((name) => rows[name].result === code)
  return Object.values(rows)
    .filter(({ alias }) => !alias)
    .map(({ result: code, description: text, billable }) => {
      return { code, text, billable, outcomes: bearing(code) }
    })
    .toSorted((a, b) => Math.abs(Number(a.code)) - Math.abs(Number(b.code)))
}
