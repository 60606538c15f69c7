/** Gathers the rows of one transaction by column, to be written in one statement. */
import type { LedgerRows } from '../../billing/apply.ts'
import type { Command } from '../../billing/command.ts'
import type { KeyDay } from '../../billing/daily-cap.ts'
import type { Entry } from '../../billing/entry.ts'
import type { Holding } from '../../billing/grant.ts'
import type { Reservation } from '../../billing/ledger.ts'
import type { OperatorRows } from '../../billing/operations.ts'
import type { CallRow } from '../../billing/store.ts'
import type { PoolId } from './pool-id.ts'
import type { Cell } from './write-query.ts'
import { WriteQuery } from './write-query.ts'

/** What the rows of calls need to know beyond their commands. */
export interface CallContext {
  readonly nodeId: number
  readonly laneId: (command: Command) => number
  /** Whether the call's repeat row was written with its reservation. */
  readonly claimed: (serial: number) => boolean
}

const REPEAT_KEY_BYTES = 32
const ELEMENT_TOKEN_BYTES = 16

export class RowBuffer extends WriteQuery implements LedgerRows, OperatorRows {
  readonly #context: CallContext
  readonly #newGrantIds: number[]
  #accountId = ''

  /** `newGrantIds` are numbers that were taken for grants of this transaction. */
  constructor(context: CallContext, newGrantIds: readonly number[] = []) {
    super()
    this.#context = context
    this.#newGrantIds = [...newGrantIds]
  }

  /** The account whose rows follow. */
  of(accountId: string): this {
    this.#accountId = accountId
    return this
  }

  /** The command whose rows follow. */
  for({ lane }: Command): this {
    return this.of(lane.accountId)
  }

  newGrantId(): number {
    const id = this.#newGrantIds.pop()
    if (id === undefined) throw new Error('no number was taken for a grant')
    return id
  }

  insertGrant({ grant }: Holding): void {
    this.add('grant', [
      grant.id,
      grant.accountId,
      grant.product,
      grant.mode,
      grant.units,
      grant.priority,
      grant.startsAtMs,
      grant.expiresAtMs,
      grant.createdAtMs,
      grant.reason,
    ])
  }

  insertEntry(entry: Entry): void {
    this.add('entry', [
      entry.id,
      this.#accountId,
      entry.kind,
      entry.grantId,
      entry.units,
      entry.atMs,
      entry.serial || null,
      entry.ruleVersion || null,
      entry.undoes || null,
      entry.expiresAtMs || null,
      entry.reason || null,
    ])
  }

  saveBalance({ grant, balance, expiresAtMs }: Holding, isNew: boolean): void {
    const { available, reserved, used, expired, withdrawn } = balance
    const row: Cell[] = [grant.id, grant.accountId, available, reserved, used, expired, withdrawn]
    this.add(isNew ? 'new_balance' : 'balance', [...row, expiresAtMs])
  }

  savePool({ accountId, product, mode }: PoolId, lastMs: number, lastEntryId: number): void {
    this.add('pool', [accountId, product, mode, lastMs, lastEntryId])
  }

  saveKeyDay({ keyId, day, used }: KeyDay): void {
    this.add('key_day', [keyId, this.#accountId, day, used])
  }

  insertCall(call: Command, entryId: number | undefined): void {
    this.add('call', [
      call.serial,
      call.lane.accountId,
      this.#context.laneId(call),
      call.atMs,
      call.result,
      call.billable ? 1 : 0,
      call.ruleVersion,
      call.latencyUs,
      entryId ?? null,
      call.answer,
      call.client || null,
      call.elementIndex || null,
      call.steps || null,
    ])
    const repeatable = call.repeatKey !== '' || call.elementToken !== ''
    if (!this.#context.claimed(call.serial)) {
      if (repeatable) this.#insertRepeat(call)
    } else if (!repeatable) {
      this.dropRepeat(call.serial)
    }
  }

  insertReservation({ serial, grantId, atMs }: Reservation, call: Command): void {
    this.add('reservation', [serial, this.#accountId, grantId, atMs, this.#context.nodeId])
    if (call.repeatKey !== '' || call.elementToken !== '') this.#insertRepeat(call)
  }

  deleteReservation(serial: number): void {
    this.add('ended_reservation', [serial, this.#accountId])
  }

  insertUndelivered(serial: number): void {
    this.add('undelivered', [serial, this.#accountId])
  }

  /** Forgets by what a call is recognised. */
  dropRepeat(serial: number): void {
    this.add('dropped_repeat', [serial, this.#accountId])
  }

  /** Marks of delivery are written before the transaction reads. */
  deleteUndelivered(): never {
    throw new Error('not written with the rows')
  }

  #insertRepeat({ serial, lane, atMs, repeatKey, elementToken, late }: Command): void {
    const digests = [repeatKey || null, elementToken || null]
    this.add('repeat', [serial, lane.accountId, atMs, ...digests, late ? 1 : 0])
  }
}

/** Whether the digests of a call have the lengths they are stored in. */
export function isStorable({
  repeatKey,
  elementToken,
}: Pick<CallRow, 'repeatKey' | 'elementToken'>) {
  return (
    (repeatKey === '' || repeatKey.length === REPEAT_KEY_BYTES) &&
    (elementToken === '' || elementToken.length === ELEMENT_TOKEN_BYTES)
  )
}
