/** The story of one call, for who has to answer for it: what happened, what it cost, what to do next. */
import type { LoggedCall } from '../billing/call-log.ts'
import type { Entry } from '../billing/entry.ts'
import { FAULTS } from '../domain/fault.ts'
import { isOutcome, OUTCOMES } from '../domain/outcome.ts'
import type { Locale } from './locale/zh.ts'
import { beijingTime } from './options.ts'

/** Its lines. */
export function storyOf(
  call: LoggedCall,
  entries: readonly Entry[],
  { calls: texts, outcomes }: Locale,
): string[] {
  const { story } = texts
  const { result, source, ruleVersion, billable } = call
  const version = String(ruleVersion)
  const steps = [
    `${beijingTime(call.atMs)}  ${story.received(call.client)}`,
    source === '' ? story.unasked : story.asked(source),
    isOutcome(result) ? story.outcome(result, outcomes[result]) : story.refused(result),
    billable ? story.billable(version) : story.costless(version),
    ...entries.map((entry) => {
      const what = [texts.entries[entry.kind], entry.reason].filter((text) => text !== '')
      const told = story.entry(String(entry.id), what.join(': '), String(entry.grantId))
      return `${beijingTime(entry.atMs)}  ${told}`
    }),
  ]
  return [
    '',
    story.title,
    ...steps.map((step) => `  ${step}`),
    '',
    story.next,
    `  ${next(call, texts)}`,
  ]
}

function next({ result }: LoggedCall, { advice }: Locale['calls']): string {
  if (isOutcome(result)) return advice.outcomes[OUTCOMES[result]]
  return advice.faults[result] ?? advice.owners[FAULTS[result]]
}
