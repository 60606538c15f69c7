/** The heading of a cardholder CSV: which column holds which element, in the spellings people use. */
import type { ElementName } from '../../domain/product.ts'
import { RegistryError } from '../records/registry-error.ts'

export type Column = ElementName | 'status'

/** Position of each column and how many a row has. */
export interface Columns {
  readonly positions: { readonly [C in ElementName]: number } & { readonly status?: number }
  readonly count: number
}

/**
 * Headings by column, folded: lower case, without spaces, `_` and `-`. They include the parameter
 * names of both vendors, so that an export of logged test requests can be imported as it is.
 */
const HEADINGS = {
  name: ['name', '姓名', '持卡人', '持卡人姓名'],
  idNumber: ['idnumber', 'idcard', '身份证', '身份证号', '身份证号码', '证件号', '证件号码'],
  cardNumber: ['cardnumber', 'bankcard', 'accno', '银行卡', '银行卡号', '卡号'],
  mobile: [
    'mobile',
    'phone',
    '手机',
    '手机号',
    '手机号码',
    '预留手机',
    '预留手机号',
    '预留手机号码',
  ],
  status: ['status', '状态', '卡状态'],
} as const satisfies Record<Column, readonly string[]>

const COLUMN_OF = new Map<string, Column>(
  (Object.keys(HEADINGS) as Column[]).flatMap((column) => {
    return HEADINGS[column].map((heading): [string, Column] => [heading, column])
  }),
)

const REQUIRED: readonly ElementName[] = ['name', 'idNumber', 'cardNumber', 'mobile']

/** Reads the cells of the heading; throws a `RegistryError` that never quotes an unknown cell. */
export function readColumns(cells: readonly string[]): Columns {
  const positions: { [C in Column]?: number } = {}
  for (const [position, cell] of cells.entries()) {
    const column = COLUMN_OF.get(cell.toLowerCase().replace(/[\s_-]/g, ''))
    if (column === undefined) throw new RegistryError('unknown_column', String(position + 1))
    if (positions[column] !== undefined) throw new RegistryError('repeated_column', column)
    positions[column] = position
  }
  for (const column of REQUIRED) {
    if (positions[column] === undefined) throw new RegistryError('missing_column', column)
  }
  return { positions: positions as Columns['positions'], count: cells.length }
}
