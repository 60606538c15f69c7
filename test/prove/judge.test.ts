import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readHistory, readLedger } from './evidence.ts'
import type { HistoryEvent } from './history.ts'
import { judge } from './judge.ts'
import type { CallLine, EntryLine, LedgerLine } from './ledger-lines.ts'

/** A small true story: three Tencent calls (one repeated, one lost, one free), one of Aliyun, one undone. */
const REQUEST_IDS = [1, 2, 3, 4, 5].map((n) => `0000000${n}-0000-4000-8000-000000000000`)
const [MATCH, LOST, MALFORMED, , UNDONE] = REQUEST_IDS as [string, string, string, string, string]
const CODES = ['AAAAAAA1', 'AAAAAAA2', 'AAAAAAA3', 'AAAAAAA4', 'AAAAAAA5']

function tencentBody(result: string, requestId: string): string {
  return JSON.stringify({ Response: { Result: result, RequestId: requestId } })
}

function invoke(op: number, attempt: number, protocol = 'tencent', account = 'acme'): HistoryEvent {
  const signed = protocol === 'tencent'
  const request = `digest ${op}`
  const mode = 'live'
  return { kind: 'invoke', op, attempt, node: 1, protocol, account, mode, signed, request }
}

function ok(op: number, attempt: number, body: string, replayed = ''): HistoryEvent {
  const status = 200
  return { kind: 'ok', op, attempt, status, requestId: '', errorCode: '', replayed, body }
}

const ALIYUN_BODY = `{"code":"10000","seqNo":"${CODES[3]}2611220000"}`

const HISTORY: readonly HistoryEvent[] = [
  { kind: 'run', seed: 1, engine: 'sqlite', nodes: 1, kills: 1, clockSteps: false },
  invoke(1, 1),
  ok(1, 1, tencentBody('0', MATCH)),
  invoke(1, 2),
  ok(1, 2, tencentBody('0', MATCH), '1'),
  invoke(2, 1),
  { kind: 'info', op: 2, attempt: 1 },
  invoke(3, 1),
  ok(3, 1, tencentBody('-4', MALFORMED)),
  invoke(4, 1, 'aliyun'),
  ok(4, 1, ALIYUN_BODY),
  invoke(5, 1),
  ok(5, 1, tencentBody('-1', UNDONE)),
  { kind: 'reverse', requestId: UNDONE, accepted: true },
]

function entry(
  id: number,
  kind: string,
  serial: number | null,
  undoes: number | null = null,
): EntryLine {
  const units = kind === 'grant' ? 10 : 1
  return { kind: 'entry', id, entry: kind, grant: 1, units, serial, undoes, atMs: 1_000 }
}

function call(serial: number, entry: number | null, answer: string): CallLine {
  const requestId = REQUEST_IDS[serial - 1]!
  const sequenceCode = CODES[serial - 1]!
  const source = 'registry'
  const result = 'match'
  return {
    kind: 'call',
    serial,
    requestId,
    sequenceCode,
    account: 'acme',
    source,
    result,
    entry,
    answer,
  }
}

const LEDGER: readonly LedgerLine[] = [
  {
    kind: 'grant',
    id: 1,
    account: 'acme',
    mode: 'live',
    units: 10,
    available: 7,
    reserved: 0,
    used: 3,
    expired: 0,
    withdrawn: 0,
    expiresAtMs: 2_000,
  },
  entry(1, 'grant', null),
  entry(2, 'burn', 1),
  entry(3, 'reserve', 2),
  entry(4, 'settle', 2),
  entry(5, 'burn', 4),
  entry(6, 'burn', 5),
  entry(7, 'reverse', 5, 6),
  call(1, 2, tencentBody('0', MATCH)),
  call(2, 4, tencentBody('0', LOST)),
  call(3, null, tencentBody('-4', MALFORMED)),
  call(4, 5, ALIYUN_BODY),
  call(5, 6, tencentBody('-1', UNDONE)),
  { kind: 'undelivered', serial: 2 },
  { kind: 'end' },
]

/** The invariants that are broken when the story is told so. */
function broken(history: readonly HistoryEvent[], ledger: readonly LedgerLine[]): string[] {
  const text = (lines: readonly object[]) => lines.map((line) => JSON.stringify(line)).join('\n')
  return judge(readHistory(text(history)), readLedger(text(ledger)))
    .filter(({ breaches }) => breaches.length > 0)
    .map(({ id }) => id)
}

type Lie = readonly [string, string, (line: LedgerLine) => LedgerLine | readonly LedgerLine[]]

/** Changes the first line that a predicate finds. */
function onCall(serial: number, change: Partial<CallLine>) {
  return (line: LedgerLine): LedgerLine =>
    line.kind === 'call' && line.serial === serial ? { ...line, ...change } : line
}

function onEntry(id: number, change: Partial<EntryLine>) {
  return (line: LedgerLine): LedgerLine =>
    line.kind === 'entry' && line.id === id ? { ...line, ...change } : line
}

function without(kind: LedgerLine['kind'], number: number) {
  return (line: LedgerLine): LedgerLine | readonly LedgerLine[] => {
    const own = 'id' in line ? line.id : 'serial' in line ? line.serial : 0
    return line.kind === kind && own === number ? [] : line
  }
}

const LIES: readonly Lie[] = [
  ['a charged reply is missing', 'I1', without('call', 1)],
  ['a charged reply has no charge', 'I1', without('entry', 2)],
  ['the stored answer differs by a byte', 'I1', onCall(1, { answer: tencentBody('-1', MATCH) })],
  ['a call is on another account', 'I1', onCall(4, { account: 'other' })],
  ['a call names another entry', 'I1', onCall(1, { entry: 5 })],
  ['a free reply is charged', 'I2', onCall(3, { entry: 5 })],
  ['a lost verdict is not marked', 'I3', without('undelivered', 2)],
  ['a charge has no call', 'I3', onEntry(5, { serial: 77 })],
  ['nobody sent what was charged', 'I3', onCall(2, { account: 'stranger' })],
  [
    'a balance is not what its entries say',
    'I4',
    (line) => (line.kind === 'grant' ? { ...line, available: 6, used: 4 } : line),
  ],
  [
    'a grant does not add up',
    'I4',
    (line) => (line.kind === 'grant' ? { ...line, units: 11 } : line),
  ],
  ['more is taken than there was', 'I4', onEntry(1, { units: 2 })],
  ['an entry is of a kind nobody asked for', 'I4', onEntry(2, { entry: 'gift' })],
  [
    'a unit is held for ever',
    'I4',
    (line) => (line.kind === 'end' ? [{ kind: 'reservation', serial: 9 }, line] : line),
  ],
  ['what came back too late is there again', 'I4', onEntry(7, { atMs: 2_000 })],
  ['a name is given twice', 'I5', onCall(3, { requestId: MATCH })],
  ['a reversal undoes no charge', 'I7', onEntry(7, { undoes: 3 })],
  ['a reversal is missing', 'I7', without('entry', 7)],
  [
    'a charge is undone twice',
    'I7',
    (line) => (line.kind === 'entry' && line.id === 7 ? [line, entry(8, 'reverse', 5, 6)] : line),
  ],
  ['a vendor was asked', 'I8', onCall(1, { source: 'upstream' })],
]

describe('the checker of a proof', () => {
  test('finds nothing in a true story', () => {
    expect(broken(HISTORY, LEDGER)).toEqual([])
  })

  test.each(LIES)('finds that %s (%s)', (_what, id, change) => {
    expect(broken(HISTORY, LEDGER.flatMap(change))).toContain(id)
  })

  test('finds a repeat with another answer, and one that was charged again', () => {
    const told = HISTORY.map((event) =>
      event.kind === 'ok' && event.attempt === 2 ? ok(1, 2, tencentBody('0', LOST)) : event,
    )
    expect(broken(told, LEDGER)).toContain('I6')
  })

  test('finds one name on two calls, and one name given twice as new', () => {
    const stolen = [...HISTORY, invoke(6, 1), ok(6, 1, tencentBody('0', MATCH), '1')]
    expect(broken(stolen, LEDGER)).toContain('I5')
    const unmarked = HISTORY.map((event) =>
      event.kind === 'ok' ? { ...event, replayed: '' } : event,
    )
    expect(broken(unmarked, LEDGER)).toContain('I5')
  })

  test('finds a package that refused while it had units left', () => {
    const error = { Code: 'UnauthorizedOperation.Arrears' }
    const body = JSON.stringify({ Response: { Error: error, RequestId: 'a' } })
    expect(broken([...HISTORY, invoke(6, 1), ok(6, 1, body)], LEDGER)).toContain('I4')
  })

  test('refuses files that were cut', () => {
    expect(() => broken(HISTORY.slice(1), LEDGER)).toThrow('history')
    expect(() => broken(HISTORY, LEDGER.slice(0, -1))).toThrow('cut')
  })

  test('uses nothing of the service', () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = readFileSync(join(import.meta.dirname, file), 'utf8')
      for (const [, path = ''] of text.matchAll(/from '(\.[^']+)'/g)) visit(path)
    }
    visit('./checker.ts')
    expect([...seen].filter((file) => !file.startsWith('./'))).toEqual([])
  })
})
