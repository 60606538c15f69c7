/** What the gateway's side of the meter sends to the writer, one command a movement. */
import type { Asking } from '../domain/attempt.ts'
import type { CallRow } from './store.ts'

/** What many calls have in common; sent once and then named by its number. */
export interface Lane
  extends Pick<CallRow, 'accountId' | 'keyId' | 'api' | 'product' | 'mode' | 'source'> {
  /** `poolKey` of account, product and mode. */
  readonly pool: string
  /** Units the key may take on a Beijing day; absent or 0 without a cap. */
  readonly dailyCap?: number
}

/**
 * - `burn`, `reserve`, `settle`, `release`, `record`: as in `Meter`.
 * - `lost`, `found`: a charged reply was not handed over, or was so after all.
 * - `begin`, `end`: an attempt on a source begins without a reservation of its own, or ends.
 */
export const OPERATIONS = [
  'burn',
  'reserve',
  'settle',
  'release',
  'record',
  'lost',
  'found',
  'begin',
  'end',
] as const

export type Operation = (typeof OPERATIONS)[number]

export interface Command
  extends Pick<
    CallRow,
    | 'serial'
    | 'atMs'
    | 'result'
    | 'billable'
    | 'ruleVersion'
    | 'latencyUs'
    | 'steps'
    | 'answer'
    | 'repeatKey'
    | 'elementToken'
    | 'client'
    | 'elementIndex'
  > {
  readonly operation: Operation
  readonly lane: Lane
  /** Charged although its serial is not above the watermark any more: kept as undelivered by name. */
  readonly late: boolean
  /** What its source keeps in the same transaction. */
  readonly asking?: Asking | undefined
}

/** What is committed together. */
export interface Batch {
  readonly nowMs: number
  /** No charged call up to this serial waits for its reply to be handed over, but those named. */
  readonly watermark: number
  readonly commands: readonly Command[]
}
