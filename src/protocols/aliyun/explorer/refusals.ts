/** The refusals of the face as callers read them, for the reference of the console. */
import { FAULT_NAMES } from '../../../domain/fault.ts'
import { mergedRefusals, type RefusalDescription } from '../../explorer.ts'
import { type FaultRow, GATEWAY, PLATFORM_TEXTS, REFUSALS, textOf } from '../catalogue.ts'

export const ALIYUN_REFUSALS: readonly RefusalDescription[] = mergedRefusals(
  FAULT_NAMES.flatMap((fault) => {
    const { gateway, signed, business, direct }: FaultRow = REFUSALS[fault]
    const gateways = [gateway, signed].filter((name) => name !== undefined)
    const rows = [
      ...gateways.map((name) => [GATEWAY[name].code, GATEWAY[name].text]),
      ...(business === undefined ? [] : [[business, textOf(business, 'pdd')]]),
      ...(direct === undefined ? [] : [[direct, PLATFORM_TEXTS[direct]]]),
    ]
    return rows.map(([code = '', text = '']) => {
      return { code, text: { zh: text, en: text }, faults: [fault] }
    })
  }),
)
