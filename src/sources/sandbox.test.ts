import { expect, test } from 'vitest'
import { type Elements, normalise } from '../domain/elements.ts'
import { OUTCOME_NAMES } from '../domain/outcome.ts'
import { PRODUCTS, type Product } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import { PEOPLE } from '../sandbox/people.ts'
import { SAMPLES, SCENARIOS } from '../sandbox/scenarios.ts'
import { createSandbox } from './sandbox.ts'

const waits: number[] = []
const sandbox = createSandbox(async (durationMs) => {
  waits.push(durationMs)
})

function elements(product: Product, clear: Record<string, unknown>): Elements {
  const submitted = Object.fromEntries(
    PRODUCTS[product].map((element) => [element, new Secret(String(clear[element]))]),
  )
  return normalise(submitted, product)
}

const ANYBODY = { name: '某人', idNumber: '110101199003071022', mobile: '13800138000' }

test('every outcome has a magic card that gives it, whatever the other elements are', async () => {
  for (const row of SCENARIOS) {
    const clear = { ...ANYBODY, cardNumber: row.cardNumber }
    const verdict = await sandbox.verify({ product: 'card4', elements: elements('card4', clear) })
    expect(verdict).toEqual('outcome' in row ? row.outcome : { fault: row.fault })
  }
  const covered = new Set(SCENARIOS.flatMap((row) => ('outcome' in row ? [row.outcome] : [])))
  expect([...covered].sort()).toEqual([...OUTCOME_NAMES].sort())
})

test('a slow scenario waits through the injected sleep', () => {
  expect(waits).toContain(3000)
})

test('the documented samples of both vendors answer as documented, product by product', async () => {
  for (const sample of SAMPLES) {
    const asked = elements(sample.product, { ...sample })
    expect(await sandbox.verify({ product: sample.product, elements: asked })).toBe(sample.outcome)
  }
})

test('each of the twelve people matches only with all elements right: sixteen combinations', async () => {
  for (const [i, person] of PEOPLE.entries()) {
    const other = PEOPLE[(i + 1) % PEOPLE.length]!
    for (let wrong = 0; wrong < 16; wrong++) {
      const clear = {
        name: wrong & 1 ? other.name : person.name,
        idNumber: wrong & 2 ? other.idNumber : person.idNumber,
        mobile: wrong & 4 ? other.mobile : person.mobile,
        cardNumber: wrong & 8 ? '6299999999999994' : person.cardNumber,
      }
      const verdict = await sandbox.verify({ product: 'card4', elements: elements('card4', clear) })
      expect(verdict).toBe(wrong === 0 ? 'match' : wrong & 8 ? 'no_record' : 'mismatch')
    }
  }
})
