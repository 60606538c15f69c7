/** Stands where attempts on sources are kept, for simulations in which nobody asks a source. */
import type { LedgerDisk } from '../../src/billing/disk.ts'

export const NO_ASKING: LedgerDisk['asked'] = {
  admit: () => ({ left: Number.POSITIVE_INFINITY, keep: () => undefined }),
  end: () => undefined,
  giveUp: () => undefined,
  flush: () => undefined,
}
