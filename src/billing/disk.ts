/** The seam between the writer and what keeps its rows: SQLite, or the simulator's disk. */
import type { AskingRows, LedgerRows } from './apply.ts'
import type { KeyDay } from './daily-cap.ts'
import type { Holding } from './grant.ts'
import type { LedgerState } from './ledger.ts'

/** Moments before which something is forgotten. */
export interface Cutoffs {
  /** What repeats were recognised by. */
  readonly repeatsMs: number
  /** Answer, caller's address and element index of calls; what proves their charges stays for ever. */
  readonly callsMs: number
}

/**
 * One transaction at a time: `begin`, writes, then `commit` or `rollback`. A `commit` that throws
 * anything but a full or busy store leaves open whether its rows survive.
 */
export interface LedgerDisk extends LedgerRows {
  /** Attempts on sources, in the same transactions. */
  readonly asked: AskingRows & {
    /** Makes failures of the attempts that have no end and began before a moment. */
    giveUp(beforeMs: number): void
    /** Writes what was kept in memory because nothing is lost with it. */
    flush(): void
  }
  /** Starts a transaction; true when somebody else has changed the ledger since the last one. */
  begin(): boolean
  commit(): void
  /** Ends the transaction, if one is open, without a trace. */
  rollback(): void
  /** Runs an action of which nothing remains when it throws. */
  attempt(action: () => void): void
  load(): LedgerState
  insertGrant(holding: Holding): void
  saveBalance(holding: Holding): void
  /** What is counted for a key, of whatever day. */
  keyDay(keyId: string): KeyDay | undefined
  saveWatermark(serial: number): void
  /** Tells writers in other processes, with the commit, to load the ledger anew. */
  announceChange(): void
  /** Takes `count` serials out of the store for ever and returns the first. */
  leaseSerials(count: number): number
  /**
   * Whether the last server ended cleanly; marks this one as running and names the charged calls
   * above the watermark, whose replies may have been lost with it.
   */
  markRunning(): boolean
  /**
   * Keeps for repeats that calls were lost with the last server for which a vendor was asked after a
   * moment, unless it certainly takes no money; before their reservations are given back.
   */
  keepAsked(afterMs: number): void
  /** Marks a clean end. */
  markClean(): void
  /** Compares the entries since the last checkpoint with the balances; the grants that differ. */
  compareTail(): number[]
  /** Remembers the balances of these holdings as proved up to an entry. */
  checkpoint(holdings: Iterable<Holding>, entryId: number): void
  /** Forgets one chunk of what is too old to be kept; true when more is due. */
  purge(cutoffs: Cutoffs): boolean
}
