/** The errors of the face as callers read them, for the reference of the console. */
import { FAULT_NAMES } from '../../../domain/fault.ts'
import { mergedRefusals, type RefusalDescription } from '../../explorer.ts'
import { ERRORS, type Quotes } from '../catalogue.ts'

/** In the place of what a message quotes. */
const QUOTES: Quotes = {
  field: '…',
  reason: '…',
  count: 21,
  limit: 20,
  requestId: '…',
  action: '…',
}

export const TENCENT_REFUSALS: readonly RefusalDescription[] = mergedRefusals(
  FAULT_NAMES.map((fault) => {
    const { code, zh, en } = ERRORS[fault]
    return { code, text: { zh: zh(QUOTES), en: en(QUOTES) }, faults: [fault] }
  }),
)
