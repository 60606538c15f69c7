/** What the main thread and the writer thread say to each other; each request gets one reply, in order. */
import type { Applied } from '../../billing/apply.ts'
import type { ViewedGrant } from '../../billing/availability.ts'
import type { Cutoffs } from '../../billing/disk.ts'
import type { StorageErrorCode } from '../storage-error.ts'
import type { WireBatch } from './wire.ts'

export interface WriterSettings {
  readonly dataDir: string
  readonly nowMs: number
  /** Bound of the database in pages; 0 for none. */
  readonly pagesMax: number
}

export type WriterRequest =
  | { readonly type: 'batch'; readonly batch: WireBatch }
  | { readonly type: 'lease'; readonly count: number }
  | ({ readonly type: 'tick' } & Tick)
  | { readonly type: 'close' }

/** The regular work of the writer; time comes from the main thread's clock. */
export interface Tick {
  readonly nowMs: number
  readonly watermark: number
  /** Write something even when nothing changed, to see whether the store takes writes. */
  readonly probe: boolean
  /** Expire grants, give lost reservations back, checkpoint the balances. */
  readonly sweep: boolean
  /** What to forget, when it is time to. */
  readonly purge?: Cutoffs
}

/** Fields of every reply to work. */
interface Worked {
  /** Whether the store refused to write: full, or locked for too long. */
  readonly refused: boolean
  /** Grants that moved, or all of them after a reload. */
  readonly moved: readonly ViewedGrant[]
}

export type WriterReply =
  | {
      readonly type: 'ready'
      readonly watermark: number
      readonly undelivered: readonly number[]
      readonly moved: readonly ViewedGrant[]
    }
  | { readonly type: 'failed'; readonly code: StorageErrorCode; readonly message: string }
  | ({
      readonly type: 'committed'
      /** One a command; absent when nothing is to be said of any. */
      readonly results: readonly Applied[] | undefined
    } & Worked)
  | ({ readonly type: 'leased'; readonly first: number } & Worked)
  | ({ readonly type: 'ticked'; readonly wrote: boolean } & Worked)
  | { readonly type: 'closed' }
  | { readonly type: 'fatal'; readonly message: string }
