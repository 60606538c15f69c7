/** One question under way for all who ask the same for one account at the same time. */
import type { Begun, Question, Source, Verdict } from './source.ts'

/**
 * A source that asks the one behind it once for equal questions in flight; each of their calls is
 * answered, and charged, by itself.
 */
export function coalesced(
  source: Source,
  tokenOf: (question: Question) => string,
  onShared: () => void,
): Source {
  /** Undefined comes out where nobody was asked after all. */
  const inFlight = new Map<string, Promise<Verdict | undefined>>()

  async function share(known: Promise<Verdict | undefined>, question: Question): Promise<Verdict> {
    return (await known) ?? verify(question)
  }

  function verify(question: Question): Promise<Verdict> {
    const token = tokenOf(question)
    const known = inFlight.get(token)
    if (known !== undefined) {
      onShared()
      return share(known, question)
    }
    const verdict = Promise.resolve(source.verify(question))
    inFlight.set(token, verdict)
    const forget = () => inFlight.delete(token)
    verdict.then(forget, forget)
    return verdict
  }

  function begin(question: Question): Begun | undefined {
    const token = tokenOf(question)
    const begun = inFlight.has(token) ? undefined : source.begin?.(question)
    if (begun === undefined) return undefined
    const { promise, resolve } = Promise.withResolvers<Verdict | undefined>()
    inFlight.set(token, promise)
    const land = (verdict: Verdict | undefined) => {
      inFlight.delete(token)
      resolve(verdict)
    }
    return {
      asking: begun.asking,
      async verify() {
        let verdict: Verdict = 'source_unknown'
        try {
          verdict = await begun.verify()
          return verdict
        } finally {
          land(verdict)
        }
      },
      abandon() {
        begun.abandon()
        land(undefined)
      },
    }
  }

  return {
    name: source.name,
    charging: source.charging,
    verify,
    begin,
    limited: (by) => source.limited?.(by),
  }
}
