import { expect, test } from 'vitest'
import { FAULT_NAMES } from '../../domain/fault.ts'
import { OUTCOME_NAMES, OUTCOMES } from '../../domain/outcome.ts'
import {
  type FaultRow,
  GATEWAY,
  type GatewayRow,
  REFUSALS,
  RESULTS,
  type ResultRow,
  resultOf,
  TEXTS,
  textOf,
} from './catalogue.ts'

const GATEWAY_ROWS: [string, GatewayRow][] = Object.entries(GATEWAY)
const CODES = Object.keys(TEXTS) as (keyof typeof TEXTS)[]

test('the business codes are the 21 documented ones, each with a text in both editions', () => {
  expect(CODES).toEqual(Array.from({ length: 21 }, (_, i) => String(10000 + i)))
  for (const code of CODES) {
    expect(textOf(code, 'pdd')).not.toBe('')
    expect(textOf(code, 'vendor2018')).not.toBe('')
  }
})

test('the editions differ exactly where the documents do', () => {
  const differing = CODES.filter((code) => textOf(code, 'pdd') !== textOf(code, 'vendor2018'))
  expect(differing).toEqual(['10011', '10012', '10013', '10018', '10019'])
})

test.for(OUTCOME_NAMES)(
  '%s has a state exactly when its code is 10000, in both editions',
  (name) => {
    for (const edition of ['pdd', 'vendor2018'] as const) {
      const { code, state } = resultOf(name, edition)
      expect(state !== undefined).toBe(code === '10000')
    }
  },
)

test.for(OUTCOME_NAMES)('%s is charged exactly when it is a verdict of 1 or 2', (name) => {
  const row: ResultRow = RESULTS[name]
  expect(row.billable).toBe(row.state === '1' || row.state === '2')
})

test('an unknown never becomes a mismatch, and only a match is state 1', () => {
  for (const name of OUTCOME_NAMES) {
    const { state } = resultOf(name, 'pdd')
    expect(state === '1').toBe(name === 'match')
    if (OUTCOMES[name] === 'unavailable' || OUTCOMES[name] === 'guard') {
      expect(state).toBeUndefined()
    }
  }
})

test('a card that is not registered answers as a mismatch does', () => {
  const visible = ({ code, state, billable }: ResultRow) => ({ code, state, billable })
  expect(visible(RESULTS.no_record)).toEqual(visible(RESULTS.mismatch))
})

test.for(GATEWAY_ROWS)(
  'gateway row %s carries its status in its code, and is never 200',
  ([, row]) => {
    expect(row.code).toMatch(/^[A-Z]\d{3}[A-Z0-9]{2}$/)
    expect(row.code.slice(1, 4)).toBe(String(row.status))
    expect(row.status).toBeGreaterThanOrEqual(400)
    expect(row.legacyStatus).toBeGreaterThanOrEqual(400)
    expect(row.text).not.toBe('')
    expect(row.legacyText).not.toBe('')
  },
)

test('the texts that programs compare are there, word by word', () => {
  const modern = GATEWAY_ROWS.map(([, row]) => `${row.status} ${row.text}`)
  const legacy = GATEWAY_ROWS.map(([, row]) => `${row.legacyStatus} ${row.legacyText}`)
  expect(modern).toEqual(
    expect.arrayContaining([
      '400 Invalid AppCode `not exists`',
      '403 Unauthorized',
      '403 Api Market Subscription quota exhausted',
    ]),
  )
  expect(legacy).toEqual(
    expect.arrayContaining([
      '400 Invalid AppCode',
      '400 Invalid Url',
      '403 Unauthorized',
      '403 Quota Exhausted',
    ]),
  )
})

test('every gateway row is spoken by a fault, and every fault by a layer', () => {
  const rows: FaultRow[] = FAULT_NAMES.map((name) => REFUSALS[name])
  const spoken = rows.flatMap((row) => [row.gateway, 'signed' in row ? row.signed : undefined])
  expect(new Set(spoken.filter(Boolean))).toEqual(new Set(Object.keys(GATEWAY)))
  for (const row of rows) expect(row.gateway ?? row.business).toBeDefined()
})
