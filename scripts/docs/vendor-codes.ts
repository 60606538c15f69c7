/** The reference page of the codes that vendors answer to Kayan, from the tables of the client halves. */
import type { VendorClient } from '../../src/protocols/vendor-client.ts'
import * as VENDORS from '../../src/protocols/vendors.ts'
import { code, type Page, type PageLanguage, section, table } from './page.ts'

const TEXT = {
  en: {
    lead: 'What each code of a vendor that Kayan asks means: the [outcome](outcomes-and-faults.md), why there is no verdict where there is none, whether another vendor may be asked, and whether the vendor takes money. A code that is not here is `source_unknown`, may have been charged, and ends the call. The column *known* says why we believe a row.',
    sells: 'Products',
    credentials: 'credentials',
    head: ['field', 'code', 'outcome', 'no verdict because', 'next', 'charge', 'known'],
  },
  zh: {
    lead: 'Kayan 所询问的供应商的每个代码是什么意思：对应的[核验结果](outcomes-and-faults.zh-CN.md)；没有结论时原因何在；是否可以再询问另一家；供应商是否收费。此处没有的代码按 `source_unknown` 处理，可能已经收费，调用到此为止。“依据”一列说明我们为何相信这一行。',
    sells: '产品',
    credentials: '凭证',
    head: ['字段', '代码', '核验结果', '没有结论的原因', '下一步', '费用', '依据'],
  },
} as const

export const VENDOR_CODES_PAGE: Page = {
  name: 'vendor-codes',
  from: 'src/protocols/*/client-catalogue.ts',
  title: { en: 'Codes of vendors', zh: '供应商代码表' },
  body(language) {
    const vendors = Object.values(VENDORS).map((vendor) => vendorSection(vendor, language))
    return [TEXT[language].lead, ...vendors].join('\n\n')
  },
}

function vendorSection(vendor: VendorClient, language: PageLanguage): string {
  const text = TEXT[language]
  const list = (names: readonly string[]) => names.map(code).join(', ')
  const summary = `${text.sells}: ${list(vendor.products)}; ${text.credentials}: ${list(vendor.credentials)}; ${code(vendor.endpoint)}`
  const rows = Object.entries(vendor.codes).flatMap(([field, codes]) => {
    return [...codes].map(([value, { outcome, fault, next, charge, mark }]) => {
      return [code(field), code(value), code(outcome), code(fault ?? ''), next, charge, mark]
    })
  })
  return section(vendor.name, summary, table(text.head, rows))
}
