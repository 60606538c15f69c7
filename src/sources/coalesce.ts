/** One question under way for all who ask the same for one account at the same time. */
import type { Question, Source, Verdict } from './source.ts'

/**
 * A source that asks the one behind it once for equal questions in flight; each of their calls is
 * answered, and charged, by itself.
 */
export function coalesced(
  source: Source,
  tokenOf: (question: Question) => string,
  onShared: () => void,
): Source {
  const inFlight = new Map<string, Promise<Verdict>>()
  return {
    name: source.name,
    charging: source.charging,
    verify(question) {
      const token = tokenOf(question)
      const known = inFlight.get(token)
      if (known !== undefined) {
        onShared()
        return known
      }
      const verdict = Promise.resolve(source.verify(question))
      inFlight.set(token, verdict)
      const forget = () => inFlight.delete(token)
      verdict.then(forget, forget)
      return verdict
    },
  }
}
