/** What came of a call, in words and with its name. */
import { usePreferences } from '../preferences.ts'
import { Mark, type Tone } from './values.tsx'

export function ResultMark({ result }: { readonly result: string }) {
  const { results } = usePreferences().texts
  const isOutcome = Object.hasOwn(results.outcomes, result)
  const text = isOutcome ? results.outcomes[result as keyof typeof results.outcomes] : undefined
  return (
    <span className="result">
      <Mark tone={toneOf(result, isOutcome)}>{text ?? results.refused}</Mark>
      <code>{result}</code>
    </span>
  )
}

function toneOf(result: string, isOutcome: boolean): Tone {
  if (result === 'match') return 'good'
  return isOutcome ? 'plain' : 'bad'
}
