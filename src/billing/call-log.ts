/** The port of the call log: how calls are found again, one by one, by what they were, and counted. */
import type { Entry } from './entry.ts'
import type { CallRow } from './store.ts'

/** A stored call with what it cost; what it is recognised and searched by stays in the store. */
export interface LoggedCall
  extends Omit<CallRow, 'repeatKey' | 'elementToken' | 'elementIndex' | 'answer'> {
  /** Body of the answer; empty for a fault, and after the time it is kept. */
  readonly answer: string
  /** The grant that paid for it, unless it was free. */
  readonly grantId: number | undefined
  /** Whether its charge was undone. */
  readonly reversed: boolean
}

/** Which calls are meant; all conditions hold together. */
export interface CallFilter {
  readonly accountId?: string
  readonly keyId?: string
  readonly api?: string
  readonly source?: string
  readonly mode?: CallRow['mode']
  readonly result?: string
  /** Whether it cost a unit and the unit was not given back. */
  readonly charged?: boolean
  /** From this moment on. */
  readonly sinceMs?: number
  /** Before this moment. */
  readonly untilMs?: number
  /** An element by its tokens, one for each account that may have called with it. */
  readonly element?: ElementFilter
}

export interface ElementFilter {
  /** Position of the token among those of a call. */
  readonly position: number
  /** Latin1 text of one token each (`ElementIndex`). */
  readonly tokens: readonly string[]
}

/** Where a page ended. */
export type CallCursor = Pick<CallRow, 'serial' | 'atMs'>

export interface CallPage {
  /** The newest first. */
  readonly calls: readonly LoggedCall[]
  /** Where the next page begins; absent after the last. */
  readonly next?: CallCursor
}

/** Calls of one day, interface and result. */
export interface CallTotal {
  /** Days since 1970 by the Beijing calendar. */
  readonly day: number
  readonly accountId: string
  readonly api: string
  readonly result: string
  readonly calls: number
  /** Of them charged, and not given back. */
  readonly charged: number
}

export interface CallLog {
  /** At most `limit` calls after `after`. */
  page(filter: CallFilter, limit: number, after?: CallCursor): Promise<CallPage>
  /**
   * The same, but where calls are found by looking at one after the other not more than a moment's
   * worth of them: then a page may be short, or empty, and yet not the last.
   */
  glance(filter: CallFilter, limit: number, after?: CallCursor): Promise<CallPage>
  /** All calls, read page by page. */
  stream(filter: CallFilter): AsyncIterable<LoggedCall>
  find(serial: number): Promise<LoggedCall | undefined>
  /** What the ledger did for a call, in its order: reserved, charged or released, given back. */
  entries(call: LoggedCall): Promise<readonly Entry[]>
  totals(filter: CallFilter): Promise<readonly CallTotal[]>
}
