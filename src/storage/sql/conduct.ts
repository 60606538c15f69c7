/**
 * How accounts behave, as far as it can be seen without any element: by the tokens under which calls
 * are found again, one person's many cards or one card's many telephones show without a name.
 */
import type { CallFilter } from '../../billing/call-log.ts'
import { BEIJING_OFFSET_MS, DAY_MS } from '../../domain/beijing.ts'
import { INDEX_TOKEN_BYTES, INDEXED } from '../../domain/element-index.ts'
import type { ElementName } from '../../domain/product.ts'
import { matching, windowsOf } from './call-scan.ts'
import type { Queries, SqlReader } from './engine.ts'

/** Calls of one account, day and result. */
export interface ConductDay {
  readonly accountId: string
  /** Days since 1970 by the Beijing calendar. */
  readonly day: number
  readonly result: string
  readonly calls: number
}

/** The most that one value of an element was asked with of another, within an account. */
export interface Spread {
  readonly accountId: string
  /** What stayed the same, and what was varied. */
  readonly of: ElementName
  readonly varied: ElementName
  /** Different values of what was varied, about one and the same. */
  readonly values: number
  /** Calls about that one. */
  readonly calls: number
}

const HOUR_MS = 3_600_000
/** Calls whose tokens are tallied in one turn of a server, which answers others between them. */
const READ_SERIALS = 500
const HOURS_A_DAY = DAY_MS / HOUR_MS
const OFFSET_HOURS = BEIJING_OFFSET_MS / HOUR_MS

/** What is looked at: what an attacker holds still, and what he tries. */
const VARIATIONS = [
  ['cardNumber', 'mobile'],
  ['cardNumber', 'name'],
  ['cardNumber', 'idNumber'],
  ['idNumber', 'cardNumber'],
  ['mobile', 'cardNumber'],
] as const satisfies readonly (readonly [ElementName, ElementName])[]

/** Live calls by account, day and result, from the counts of whole hours; minutes late. */
export async function readConductDays(queries: Queries, sinceMs: number): Promise<ConductDay[]> {
  const rows = await queries
    .selectFrom('call_hour')
    .select(({ fn }) => ['account_id', 'hour', 'result', fn.sum<number>('calls').as('calls')])
    .where('mode', '=', 'live')
    .where('hour', '>=', Math.floor(sinceMs / HOUR_MS))
    .groupBy(['account_id', 'hour', 'result'])
    .execute()
  const days = new Map<string, ConductDay>()
  for (const { account_id: accountId, hour, result, calls } of rows) {
    const day = Math.floor((Number(hour) + OFFSET_HOURS) / HOURS_A_DAY)
    const key = `${accountId} ${day} ${result}`
    const before = days.get(key)?.calls ?? 0
    days.set(key, { accountId, day, result, calls: before + Number(calls) })
  }
  return [...days.values()]
}

/** What the newest live calls since a moment vary, of each account the widest; at most `callsMax` are read. */
export async function readSpread(
  engine: SqlReader,
  { sinceMs, callsMax }: { readonly sinceMs: number; readonly callsMax: number },
): Promise<Spread[]> {
  const filter: CallFilter = { mode: 'live', sinceMs }
  const tally = new SpreadTally()
  let left = callsMax
  for await (const window of windowsOf(engine, filter, undefined, READ_SERIALS)) {
    const rows = await matching(engine.queries, filter, window)
      .innerJoin('lane as l', 'l.id', 'c.lane_id')
      .select(['l.account_id', 'c.element_index'])
      .where('c.element_index', 'is not', null)
      .orderBy('c.at_ms', 'desc')
      .limit(left)
      .execute()
    for (const row of rows) tally.add(row.account_id, Buffer.from(row.element_index!))
    left -= rows.length
    if (left <= 0) break
  }
  return tally.widest()
}

/** The calls about one value of an element, and what was tried with it. */
interface Tried extends Pick<Spread, 'accountId' | 'of' | 'varied'> {
  readonly values: Set<string>
  calls: number
}

class SpreadTally {
  readonly #seen = new Map<string, Tried>()
  /** Of each account and variation, kept while calls are added: at the end there are many to compare. */
  readonly #widest = new Map<string, Tried>()

  add(accountId: string, index: Buffer): void {
    for (const [of, varied] of VARIATIONS) {
      const [still, tried] = [tokenOf(index, of), tokenOf(index, varied)]
      if (still === undefined || tried === undefined) continue
      const name = `${accountId} ${of} ${varied}`
      const key = `${name} ${still}`
      const seen = this.#seen.get(key) ?? { accountId, of, varied, values: new Set(), calls: 0 }
      seen.values.add(tried)
      seen.calls++
      this.#seen.set(key, seen)
      const widest = this.#widest.get(name)?.values.size ?? 0
      if (seen.values.size > widest) this.#widest.set(name, seen)
    }
  }

  widest(): Spread[] {
    return [...this.#widest.values()]
      .map(({ values, ...spread }) => ({ ...spread, values: values.size }))
      .sort((one, other) => other.values - one.values)
  }
}

/** Undefined of an element that the call had not. */
function tokenOf(index: Buffer, element: ElementName): string | undefined {
  const at = INDEXED.indexOf(element) * INDEX_TOKEN_BYTES
  const token = index.subarray(at, at + INDEX_TOKEN_BYTES)
  return token.length === 0 || token.every((byte) => byte === 0) ? undefined : token.toString('hex')
}
