import { expect, test } from 'vitest'
import { Secret } from '../domain/secret.ts'
import { coalesced } from './coalesce.ts'
import type { Begun, Question, Source, Verdict } from './source.ts'

const QUESTION: Question = { product: 'card2', elements: { cardNumber: new Secret('6299') } }

/** A source whose verdict a test gives, and what was asked of it. */
function arrange() {
  const asked: string[] = []
  const verdict = Promise.withResolvers<Verdict>()
  let shared = 0
  const source: Source = {
    name: 'fake',
    charging: 'reserve',
    verify() {
      asked.push('verify')
      return verdict.promise
    },
    begin: () => ({
      asking: {},
      verify() {
        asked.push('begun')
        return verdict.promise
      },
      abandon: () => void asked.push('abandoned'),
    }),
  }
  const one = coalesced(
    source,
    () => 'token',
    () => shared++,
  )
  const begin = () => one.begin?.(QUESTION) as Begun
  return { asked, one, begin, say: verdict.resolve, shared: () => shared }
}

test('who asks the same while an attempt is made ready waits for its verdict', async () => {
  const { asked, one, begin, say, shared } = arrange()
  const begun = begin()
  expect(begin()).toBeUndefined()
  const other = one.verify(QUESTION)
  const own = begun.verify()
  say('match')
  expect(await Promise.all([own, other])).toEqual(['match', 'match'])
  expect(asked).toEqual(['begun'])
  expect(shared()).toBe(1)
})

test('when the one who was to ask gives up, the next one asks', async () => {
  const { asked, one, begin, say } = arrange()
  const begun = begin()
  const others = [one.verify(QUESTION), one.verify(QUESTION)]
  begun.abandon()
  say('mismatch')
  expect(await Promise.all(others)).toEqual(['mismatch', 'mismatch'])
  expect(asked).toEqual(['abandoned', 'verify'])
})

test('a source that throws has told those who waited nothing', async () => {
  const { one, begin, say } = arrange()
  const begun = begin()
  const other = one.verify(QUESTION)
  const own = begun.verify()
  say(Promise.reject(new Error('a bug')))
  await expect(own).rejects.toThrow('a bug')
  expect(await other).toBe('source_unknown')
  expect(begin()).toBeDefined()
})
