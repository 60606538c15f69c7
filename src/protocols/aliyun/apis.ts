/** The operations of the face: their paths, what each is metered as, how each spells the elements. */
import type { ElementName, Product } from '../../domain/product.ts'
import type { Mark } from './catalogue.ts'

/** One operation of the face: what is metered, and how the elements are spelled. */
export interface ApiRow {
  readonly api: string
  readonly product: Product
  readonly fields: ReadonlyMap<string, ElementName>
  readonly mark: Mark
}

/** Operations by path. Sibling paths spell the card number differently, on purpose. */
export const APIS: ReadonlyMap<string, ApiRow> = new Map<string, ApiRow>([
  [
    '/communication/personal/1887',
    {
      api: 'aliyun.1887',
      product: 'card4',
      fields: new Map<string, ElementName>([
        ['name', 'name'],
        ['idcard', 'idNumber'],
        ['acc_no', 'cardNumber'],
        ['mobile', 'mobile'],
      ]),
      mark: 'documented',
    },
  ],
  [
    '/communication/personal/1886',
    {
      api: 'aliyun.1886',
      product: 'card3',
      fields: new Map<string, ElementName>([
        ['name', 'name'],
        ['idcard', 'idNumber'],
        ['acct_no', 'cardNumber'],
      ]),
      // Path, host and fields are seen in client code; its table of codes is taken to be that of 1887.
      mark: 'observed',
    },
  ],
  [
    '/communication/personal/2140',
    {
      api: 'aliyun.2140',
      product: 'cardId',
      fields: new Map<string, ElementName>([
        ['idcard', 'idNumber'],
        ['acct_no', 'cardNumber'],
      ]),
      // As 1886; where its own codes are known to differ, `SIBLINGS` says so.
      mark: 'observed',
    },
  ],
])
