/** The reference page of outcomes and faults, from the two closed tables of `src/domain`. */
import { FAULTS, type FaultOwner } from '../../src/domain/fault.ts'
import { OUTCOMES, type OutcomeClass } from '../../src/domain/outcome.ts'
import { type Bilingual, code, type Page, section, table } from './page.ts'

const CLASSES = {
  match: { en: 'match', zh: '一致' },
  mismatch: { en: 'mismatch', zh: '不一致' },
  card_state: { en: 'state of the card', zh: '卡状态' },
  input: { en: 'malformed input', zh: '输入有误' },
  guard: { en: 'attempt limit', zh: '次数保护' },
  unavailable: { en: 'no answer', zh: '无法核验' },
} as const satisfies Record<OutcomeClass, Bilingual>

const OWNERS = {
  caller: { en: 'caller', zh: '调用方' },
  operator: { en: 'operator', zh: '运营方' },
  upstream: { en: 'upstream', zh: '上游供应商' },
  platform: { en: 'platform', zh: '平台' },
} as const satisfies Record<FaultOwner, Bilingual>

const TEXT = {
  en: {
    lead: 'Two closed vocabularies cross the layers of Kayan: an outcome is what a source, or the local format check, says about the elements; a fault is why a call was refused before any source was asked. Wire codes of each are on the page of [codes](error-codes.md).',
    outcomes: 'Outcomes',
    outcomeHead: ['outcome', 'class'],
    faults: 'Faults',
    faultHead: ['fault', 'who can mend it'],
  },
  zh: {
    lead: 'Kayan 各层之间只传递两个封闭的词汇表：核验结果（outcome）是核验源或本地格式检查对要素的结论；拒绝原因（fault）说明为何在询问核验源之前就拒绝了调用。各自的接口代码见[代码表](error-codes.zh-CN.md)。',
    outcomes: '核验结果',
    outcomeHead: ['核验结果', '类别'],
    faults: '拒绝原因',
    faultHead: ['拒绝原因', '由谁解决'],
  },
} as const

export const VOCABULARY_PAGE: Page = {
  name: 'outcomes-and-faults',
  from: 'src/domain/outcome.ts and src/domain/fault.ts',
  title: { en: 'Outcomes and faults', zh: '核验结果与拒绝原因' },
  body(language) {
    const text = TEXT[language]
    const outcomes = Object.entries(OUTCOMES).map(([name, kind]) => {
      return [code(name), CLASSES[kind][language]]
    })
    const faults = Object.entries(FAULTS).map(([name, owner]) => {
      return [code(name), OWNERS[owner][language]]
    })
    return [
      text.lead,
      section(text.outcomes, table(text.outcomeHead, outcomes)),
      section(text.faults, table(text.faultHead, faults)),
    ].join('\n\n')
  },
}
