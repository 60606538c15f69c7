/** Who is asked, and who answers, where an account has the registry among its routes. */
import { expect, test } from 'vitest'
import type { Outcome } from '../domain/outcome.ts'
import type { Guard } from './guard.ts'
import { withRegistry } from './registry-route.ts'
import type { Question, Verdict } from './source.ts'
import type { RegistryPlace } from './upstream/settings.ts'
import { ROUTER_POLICY } from './upstream/settings.ts'

const QUESTION: Question = {
  product: 'card4',
  elements: {},
  call: { serial: 1, requestId: 'r', accountId: 'acc_1', api: 'tencent.x', startedUs: 0 },
}

interface Wish {
  place: RegistryPlace
  follows?: boolean
  registry?: Outcome
  vendors?: Verdict
  refusal?: 'card'
  counts?: readonly string[]
}

/** The verdict, with what was done in order. */
async function arrange({ place, follows = false, registry = 'match', ...wish }: Wish) {
  const steps: string[] = []
  const guard = {
    take: async () => wish.refusal ?? { left: 1, ask: { tokens: { elements: wish.counts ?? [] } } },
    end: async (_: unknown, ending: string) => void steps.push(ending),
  } as unknown as Guard
  const source = withRegistry(
    {
      name: 'upstream',
      charging: 'reserve',
      limited: (by) => void steps.push(`limited by ${by}`),
      verify({ counted }) {
        steps.push(counted ? 'vendors, counted' : 'vendors')
        return wish.vendors ?? 'card_lost'
      },
    },
    {
      registry: {
        name: 'registry',
        charging: 'burn',
        verify() {
          steps.push('registry')
          return registry
        },
      },
      guard,
      policyOf: () => ({ ...ROUTER_POLICY, registry: place, noRecordFollows: follows }),
      answered: (_, route, outcome) => void steps.push(`${route} ${outcome}`),
    },
  )
  expect(source).toMatchObject({ name: 'upstream', charging: 'reserve' })
  return { verdict: await source.verify(QUESTION), steps }
}

test('an account without the registry is answered by vendors alone', async () => {
  expect(await arrange({ place: 'none' })).toEqual({ verdict: 'card_lost', steps: ['vendors'] })
})

test('the registry that is named first answers, by its own limits and under its own name', async () => {
  expect(await arrange({ place: 'first' })).toEqual({
    verdict: { outcome: 'match', source: 'registry' },
    steps: ['registry', 'matched', 'registry match'],
  })
  expect(await arrange({ place: 'first', refusal: 'card' })).toEqual({
    verdict: { outcome: 'attempts_exceeded', source: 'registry' },
    steps: ['limited by card'],
  })
})

test('a card that it does not know goes on to vendors only where the operator says so', async () => {
  const unknown = { place: 'first', registry: 'no_record' } as const
  expect((await arrange(unknown)).verdict).toEqual({ outcome: 'no_record', source: 'registry' })
  expect(await arrange({ ...unknown, follows: true })).toEqual({
    verdict: 'card_lost',
    steps: ['registry', 'unasked', 'vendors'],
  })
  const counted = { ...unknown, follows: true, counts: ['token'] }
  expect((await arrange(counted)).steps).toEqual(['registry', 'unasked', 'vendors, counted'])
  const different = { ...unknown, registry: 'mismatch', follows: true } as const
  expect((await arrange(different)).steps).not.toContain('vendors')
})

test('the registry behind vendors answers only when none of them could be asked', async () => {
  expect((await arrange({ place: 'last' })).steps).toEqual(['vendors'])
  expect((await arrange({ place: 'last', vendors: 'source_unknown' })).steps).toEqual(['vendors'])
  expect(await arrange({ place: 'last', vendors: 'source_busy' })).toEqual({
    verdict: { outcome: 'match', source: 'registry' },
    steps: ['vendors', 'registry', 'matched', 'registry match'],
  })
})
