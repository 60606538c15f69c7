/**
 * Proves the ledger from its rows alone, without the kernel that wrote them. Pure: rows in, findings
 * out; never an element, never a repair.
 */
import { FAULTS } from '../domain/fault.ts'
import type { Product } from '../domain/product.ts'
import { type Entry, isCharge } from './entry.ts'
import { type CheckId, type CheckResult, Findings } from './findings.ts'
import { BALANCE_ACCOUNTS, burnsBefore, type Holding, poolKey } from './grant.ts'
import { applyEntry, emptyTally, type Tally } from './replay.ts'
import type { Checkpoint } from './seal.ts'
import type { CallRow } from './store.ts'
import { ClosingTrails, leftOf } from './verify-statements.ts'
import { RESERVATION_MS_MAX } from './writer.ts'

export type { CheckId, CheckResult }

/** An entry with what it points at. */
export interface EntryFacts extends Entry {
  /** The call under its serial, where there is one. */
  readonly call: CallFacts | undefined
  /** The entry it undoes, where there is one. */
  readonly undone: Pick<Entry, 'kind' | 'grantId'> | undefined
}

/** What a call row says that the ledger must agree with. */
export type CallFacts = Pick<
  CallRow,
  'serial' | 'accountId' | 'product' | 'mode' | 'api' | 'result' | 'billable' | 'ruleVersion'
> & {
  /** The entry that charged it; 0 for none. */
  readonly entryId: number
}

/** A call that claims a charge, with the entry it names. */
export interface ChargeClaim {
  readonly serial: number
  readonly entry: Pick<Entry, 'kind' | 'serial'> | undefined
}

/** Whether a result costs a unit under a version of an interface's table; undefined when unknown. */
export type BillableRule = (
  api: string,
  product: Product,
  result: string,
  ruleVersion: number,
) => boolean | undefined

export interface VerifyOptions {
  /** Without it V4 trusts the flag of the row, and only refuses charged faults. */
  readonly billable?: BillableRule
  /** Now; without it V5 does not judge the age of open reservations. */
  readonly nowMs?: number
  /** Of the purpose `ledger.seal`; without it V10 does not judge who signed the seals. */
  readonly sealKey?: Uint8Array
  /** A seal from which on V10 looks; without it from the first. */
  readonly since?: Checkpoint
  /** Whose grants, entries and statements are judged; calls and seals are always those of all. */
  readonly accountId?: string
}

/** The checks that one pass over entries and calls decides. */
const DECIDED = ['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8'] as const satisfies CheckId[]

/** Takes the rows in the order `grants`, entries by id, claims and calls by serial, then `finish`. */
export class LedgerAudit {
  readonly #findings = new Findings()
  readonly #options: VerifyOptions
  readonly #holdings = new Map<number, Holding>()
  /** Grants of accounts that are not judged, and the reservations open on them. */
  readonly #foreign = new Set<number>()
  readonly #foreignOpen = new Set<number>()
  readonly #pools = new Map<string, Holding[]>()
  readonly #tallies = new Map<number, Tally>()
  readonly #issued = new Map<number, number>()
  /** Open reservations by serial: grant and time. */
  readonly #open = new Map<number, { readonly grantId: number; readonly atMs: number }>()
  readonly #undone = new Set<number>()
  /** What the pools had left day by day, for the check of their statements. */
  readonly trails = new ClosingTrails()
  /** Ledger time of the last entry, by pool: nodes have clocks of their own. */
  readonly #poolMs = new Map<string, number>()
  #lastMs = 0
  #lastSerial = 0

  constructor(holdings: Iterable<Holding>, options: VerifyOptions) {
    this.#options = options
    const { accountId } = options
    for (const holding of holdings) {
      const { id, accountId: owner } = holding.grant
      if (accountId === undefined || accountId === owner) this.#holdings.set(id, holding)
      else this.#foreign.add(id)
    }
  }

  /** Time of the last entry so far. */
  get lastMs(): number {
    return this.#lastMs
  }

  /** One entry, in the order of the ledger. */
  entry(entry: EntryFacts): void {
    if (this.#foreign.has(entry.grantId)) {
      this.#passBy(entry)
      return
    }
    const name = `entry ${entry.id}`
    const holding = this.#holdings.get(entry.grantId)
    if (holding === undefined) {
      this.#findings.fail('V1', name)
      return
    }
    const pool = keyOf(holding)
    if (entry.atMs < (this.#poolMs.get(pool) ?? 0)) this.#findings.fail('V2', name)
    this.#poolMs.set(pool, entry.atMs)
    this.#lastMs = Math.max(this.#lastMs, entry.atMs)
    const tally = this.#tally(entry, holding)
    if (entry.kind === 'burn' || entry.kind === 'reserve') this.#order(entry, holding)
    this.#reservation(entry)
    if (isCharge(entry.kind)) this.#charge(entry, holding)
    if (entry.kind === 'reverse') this.#reversal(entry)
    const before = leftOf(tally)
    applyEntry(tally, entry)
    this.trails.move(holding.grant, entry.atMs, leftOf(tally) - before)
    if (BALANCE_ACCOUNTS.some((account) => tally[account] < 0)) this.#findings.fail('V1', name)
    if (entry.kind === 'extend') this.#sortPool(holding)
  }

  /** One call that claims to be charged. */
  claim({ serial, entry }: ChargeClaim): void {
    const matches = entry !== undefined && isCharge(entry.kind) && entry.serial === serial
    if (!matches) this.#findings.fail('V3', `call ${serial}`)
  }

  /** The serial number of each call, ascending. */
  serial(serial: number, nextSerial: number): void {
    if (serial <= this.#lastSerial || serial >= nextSerial)
      this.#findings.fail('V7', `call ${serial}`)
    this.#lastSerial = serial
  }

  /** Compares what is left with the open reservations the store keeps; the verdict of each check. */
  finish(reservations: Iterable<{ readonly serial: number }>): CheckResult[] {
    for (const holding of this.#holdings.values()) this.#balances(holding)
    for (const { serial } of reservations) {
      if (this.#foreignOpen.has(serial)) continue
      const open = this.#open.get(serial)
      if (open === undefined) this.#findings.fail('V5', `call ${serial}`)
      else if (this.#tooOld(open.atMs)) this.#findings.fail('V5', `call ${serial}`)
      this.#open.delete(serial)
    }
    for (const serial of this.#open.keys()) this.#findings.fail('V5', `call ${serial}`)
    return DECIDED.map((id) => this.#findings.result(id))
  }

  #passBy({ kind, serial, atMs }: EntryFacts): void {
    this.#lastMs = Math.max(this.#lastMs, atMs)
    if (kind === 'reserve') this.#foreignOpen.add(serial)
    else if (kind === 'settle' || kind === 'release') this.#foreignOpen.delete(serial)
  }

  /** The tally of an entry's grant; a grant enters its pool with its first entry. */
  #tally(entry: EntryFacts, holding: Holding): Tally {
    const known = this.#tallies.get(entry.grantId)
    if (known !== undefined) {
      if (entry.kind === 'grant') this.#findings.fail('V1', `entry ${entry.id}`)
      return known
    }
    const tally = emptyTally()
    this.#tallies.set(entry.grantId, tally)
    if (entry.kind !== 'grant') this.#findings.fail('V1', `entry ${entry.id}`)
    this.#issued.set(entry.grantId, entry.units)
    const key = keyOf(holding)
    const pool = this.#pools.get(key) ?? []
    pool.push({ ...holding, expiresAtMs: holding.grant.expiresAtMs })
    pool.sort(burnsBefore)
    this.#pools.set(key, pool)
    return tally
  }

  #sortPool(moved: Holding): void {
    const pool = this.#pools.get(keyOf(moved)) ?? []
    for (const holding of pool) {
      holding.expiresAtMs = this.#tallies.get(holding.grant.id)?.expiresAtMs ?? holding.expiresAtMs
    }
    pool.sort(burnsBefore)
  }

  /** V8: of the grants that could be spent at this moment, the first in burn order was taken. */
  #order(entry: EntryFacts, taken: Holding): void {
    const pool = this.#pools.get(keyOf(taken)) ?? []
    const first = pool.find((holding) => {
      const tally = this.#tallies.get(holding.grant.id)
      const valid = holding.grant.startsAtMs <= entry.atMs && entry.atMs < holding.expiresAtMs
      return valid && tally !== undefined && tally.available >= 1
    })
    if (first?.grant.id !== taken.grant.id || entry.units !== 1)
      this.#findings.fail('V8', `entry ${entry.id}`)
  }

  /** V5: reserve opens, settle or release of the same grant closes, once. */
  #reservation({ kind, serial, grantId, atMs, id }: EntryFacts): void {
    if (kind === 'reserve') {
      if (this.#open.has(serial)) this.#findings.fail('V5', `entry ${id}`)
      this.#open.set(serial, { grantId, atMs })
    } else if (kind === 'settle' || kind === 'release') {
      if (this.#open.get(serial)?.grantId !== grantId) this.#findings.fail('V5', `entry ${id}`)
      this.#open.delete(serial)
    }
  }

  /** V3 and V4: a charge has its own call of the same account, whose result costs a unit. */
  #charge(entry: EntryFacts, { grant }: Holding): void {
    const { call } = entry
    const paidByOwner =
      call?.entryId === entry.id &&
      call.accountId === grant.accountId &&
      call.product === grant.product &&
      call.mode === grant.mode &&
      call.ruleVersion === entry.ruleVersion
    if (!paidByOwner) this.#findings.fail('V3', `entry ${entry.id}`)
    if (call !== undefined && !this.#costs(call)) this.#findings.fail('V4', `call ${call.serial}`)
  }

  #costs({ api, product, result, billable, ruleVersion }: CallFacts): boolean {
    if (!billable || result in FAULTS) return false
    return this.#options.billable?.(api, product, result, ruleVersion) ?? true
  }

  /** V6: a reversal names an earlier charge of its grant, which no other names. */
  #reversal({ id, undoes, undone, grantId, units }: EntryFacts): void {
    const undoesCharge =
      undone !== undefined &&
      isCharge(undone.kind) &&
      undone.grantId === grantId &&
      undoes < id &&
      units === 1
    if (!undoesCharge || this.#undone.has(undoes)) this.#findings.fail('V6', `entry ${id}`)
    this.#undone.add(undoes)
  }

  /** V1 and V2 of one grant, after all entries. */
  #balances({ grant, balance, expiresAtMs }: Holding): void {
    const name = `grant ${grant.id}`
    const tally = this.#tallies.get(grant.id) ?? emptyTally()
    const sum = BALANCE_ACCOUNTS.reduce((total, account) => total + tally[account], 0)
    if (this.#issued.get(grant.id) !== grant.units || sum !== grant.units)
      this.#findings.fail('V1', name)
    const same =
      tally.expiresAtMs === expiresAtMs &&
      BALANCE_ACCOUNTS.every((account) => tally[account] === balance[account])
    if (!same) this.#findings.fail('V2', name)
  }

  #tooOld(atMs: number): boolean {
    const { nowMs } = this.#options
    return nowMs !== undefined && nowMs - atMs > 2 * RESERVATION_MS_MAX
  }
}

function keyOf({ grant }: Holding): string {
  return poolKey(grant.accountId, grant.product, grant.mode)
}
