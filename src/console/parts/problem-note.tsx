/** A refusal of the admin API in the language of the reader. */
import { Alert, Button } from 'antd'
import { createContext, useContext } from 'react'
import type { Problem } from '../admin-api.ts'
import { usePreferences } from '../preferences.ts'

const MS_PER_S = 1_000

/** Words for refusals that only one page meets; they are loaded with it. */
export const ProblemWords = createContext<Readonly<Record<string, string>>>({})

/** The words for a refusal; one that has no words of its own is told by its name. */
export function useProblemText(): (problem: Problem) => string {
  const { problems, fieldProblems, problemOther, tryLater } = usePreferences().texts
  const ofPage = useContext(ProblemWords)
  return ({ error, field, message, retryAfterMs }) => {
    if (retryAfterMs !== undefined) return tryLater(Math.ceil(retryAfterMs / MS_PER_S))
    if (error === 'invalid' && field !== undefined) {
      return wordsOf(fieldProblems, message ?? '') ?? `${problemOther}${field} (${message})`
    }
    return wordsOf(ofPage, error) ?? wordsOf(problems, error) ?? `${problemOther}${error}`
  }
}

function wordsOf(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined
}

interface ProblemNoteProps {
  readonly problem: Problem | undefined
  readonly onRetry?: () => void
}

/** Shows it, if there is one. */
export function ProblemNote({ problem, onRetry }: ProblemNoteProps) {
  const { texts } = usePreferences()
  const text = useProblemText()
  if (problem === undefined) return null
  const action = onRetry && <Button onClick={onRetry}>{texts.retry}</Button>
  return <Alert type="error" showIcon title={text(problem)} action={action} className="note" />
}
