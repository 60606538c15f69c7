/** What happened to a call, step by step, each with the time since the call began. */
import type { CallStory } from '../../api-types.ts'
import { CALLS_TEXTS } from '../../locale/pages/calls.ts'
import { useTexts } from '../../preferences.ts'

const US_PER_MS = 1_000
const STEPS = ['admitted', 'checked', 'reserved'] as const

export function CallSteps({ of: call }: { readonly of: CallStory }) {
  const story = useTexts(CALLS_TEXTS)
  const known = STEPS.flatMap((step) => {
    const us = call.steps[step]
    return us === undefined ? [] : [{ us, text: story[step] }]
  })
  const client = call.client === '' ? story.unknownClient : call.client
  const rows = [
    { us: 0, text: story.received(client) },
    ...known,
    ...endOf(call, story),
    ...(call.isOutcome
      ? [{ us: undefined, text: call.grantId === undefined ? story.free : story.charged }]
      : []),
  ]
  return (
    <div className="block">
      <h3>{story.steps}</h3>
      <ol className="story">
        {rows.map(({ us, text }) => (
          <li key={text}>
            <code>{us === undefined ? '' : story.after(msOf(us))}</code>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </div>
  )
}

interface Row {
  readonly us: number | undefined
  readonly text: string
}

/** How it ended: what the source took, or where the call was refused. */
function endOf(call: CallStory, story: typeof CALLS_TEXTS.zh): readonly Row[] {
  const { isOutcome, concerns, source, latencyUs, result } = call
  const last = STEPS.findLast((step) => call.steps[step] !== undefined)
  if (!isOutcome) return [{ us: latencyUs, text: `${story.refusedAt[last ?? 'none']}: ${result}` }]
  if (source === '' || (concerns === 'input' && last === 'admitted')) {
    return [{ us: latencyUs, text: story.answeredByForm }]
  }
  const sinceUs = last === undefined ? 0 : (call.steps[last] ?? 0)
  const text = `${story.asked(msOf(latencyUs - sinceUs))} · ${story.ended}`
  return [{ us: latencyUs, text }]
}

function msOf(us: number): string {
  return (us / US_PER_MS).toFixed(us < US_PER_MS ? 2 : 1)
}
