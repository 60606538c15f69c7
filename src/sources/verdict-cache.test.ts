/** What is given again, to whom and for how long. */
import { expect, test } from 'vitest'
import { OUTCOME_NAMES, OUTCOMES, type Outcome } from '../domain/outcome.ts'
import { Secret } from '../domain/secret.ts'
import type { Question, Source, Verdict } from './source.ts'
import { type AccountCacheTimes, cached } from './verdict-cache.ts'

const TIMES: AccountCacheTimes = { matchMs: 1_000, mismatchMs: 100, cardStateMs: 0, since: 1 }

function question(mobile: string, accountId = 'acc_1'): Question {
  const call = { serial: 1, requestId: 'r', accountId, api: 'tencent.x', startedUs: 0 }
  return { product: 'card4', elements: { mobile: new Secret(mobile) }, call }
}

interface State {
  verdict: Verdict
  asked: number
  nowMs: number
  times: AccountCacheTimes | undefined
}

/** A cache before a vendor that says what it is told to, and how often that was asked. */
function arrange(times: AccountCacheTimes = TIMES) {
  const state: State = { verdict: 'match', asked: 0, nowMs: 5_000, times }
  const vendors: Source = {
    name: 'upstream',
    charging: 'reserve',
    verify() {
      state.asked++
      return state.verdict
    },
  }
  const source = cached(vendors, {
    clock: { monotonicUs: () => state.nowMs * 1_000 },
    tokenOf: ({ elements, call }) => `${call?.accountId} ${elements.mobile?.reveal()}`,
    timesOf: (accountId) => (accountId === 'acc_1' ? state.times : undefined),
  })
  return { state, source, ask: (mobile: string) => source.verify(question(mobile)) }
}

test('a verdict is given again for its time, under the name of the cache', async () => {
  const { state, ask, source } = arrange()
  expect(source).toMatchObject({ name: 'upstream', charging: 'reserve' })
  expect(await ask('1')).toBe('match')
  state.nowMs += 999
  expect(await ask('1')).toEqual({ outcome: 'match', source: 'cache' })
  expect(await ask('2')).toBe('match')
  state.nowMs += 1
  expect(await ask('1')).toBe('match')
  expect(state.asked).toBe(3)
})

test('an account is never given what another has asked, nor anything while it has no cache', async () => {
  const { state, source, ask } = arrange()
  await ask('1')
  expect(await source.verify(question('1', 'acc_2'))).toBe('match')
  state.times = undefined
  expect(await ask('1')).toBe('match')
  expect(state.asked).toBe(3)
})

test('a shorter time holds at once for what is kept already', async () => {
  const { state, ask } = arrange()
  await ask('1')
  state.times = { ...TIMES, matchMs: 10 }
  state.nowMs += 10
  expect(await ask('1')).toBe('match')
})

test('a cache that was ended and given again holds nothing of what it held', async () => {
  const { state, ask } = arrange()
  await ask('1')
  state.times = { ...TIMES, since: 2 }
  expect(await ask('1')).toBe('match')
  expect(await ask('1')).toEqual({ outcome: 'match', source: 'cache' })
})

test('only verdicts are kept: never an unknown, a busy source, a limit or a malformed element', async () => {
  const always = { ...TIMES, mismatchMs: 1_000, cardStateMs: 1_000 }
  const verdicts = ['match', 'mismatch', 'card_state']
  for (const outcome of OUTCOME_NAMES) {
    const { state, ask } = arrange(always)
    state.verdict = outcome
    await ask('1')
    const again = await ask('1')
    const isKept = verdicts.includes(OUTCOMES[outcome as Outcome])
    expect(again, outcome).toEqual(isKept ? { outcome, source: 'cache' } : outcome)
  }
})

test('an attempt is made ready beforehand only where no verdict may be known', () => {
  const begun = { asking: {}, verify: async () => 'match' as const, abandon: () => {} }
  const vendors: Source = {
    name: 'upstream',
    charging: 'reserve',
    begin: () => begun,
    verify: () => 'match',
  }
  const timesOf = (accountId: string) => (accountId === 'acc_1' ? TIMES : undefined)
  const source = cached(vendors, { clock: { monotonicUs: () => 0 }, tokenOf: () => '', timesOf })
  expect(source.begin?.(question('1'))).toBeUndefined()
  expect(source.begin?.(question('1', 'acc_2'))).toBe(begun)
})

test('what the registry said, a refusal or a failure is not kept', async () => {
  const { state, ask } = arrange()
  state.verdict = { outcome: 'match', source: 'registry' }
  await ask('1')
  expect(await ask('1')).toEqual({ outcome: 'match', source: 'registry' })
  state.verdict = { fault: 'internal' }
  await ask('2')
  expect(await ask('2')).toEqual({ fault: 'internal' })
})
