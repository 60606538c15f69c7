/** Attempts on sources, kept by the meter in the transactions of calls. */
import type { AskingBook } from '../billing/store.ts'
import type { Fault } from '../domain/fault.ts'
import type { AttemptStore, GuardStore } from '../sources/store.ts'

/** The stores of the sources over a meter's book; what it cannot keep is rejected. */
export function askingStores(book: AskingBook): {
  readonly attempts: AttemptStore
  readonly guard: GuardStore
} {
  return {
    attempts: {
      async prepare(row) {
        const begun = await book.begin({ row })
        if (!('left' in begun)) throw refused('a cost row', begun)
      },
      close: async (id, end) => assertKept(await book.end({ rowEnd: { id, end } })),
    },
    guard: {
      async take(slot) {
        const begun = await book.begin({ slot })
        if ('full' in begun) return begun.full
        if (!('left' in begun)) throw refused('a slot', begun)
        return { left: begun.left }
      },
      end: async (slotEnd) => assertKept(await book.end({ slotEnd })),
    },
  }
}

function assertKept(fault: Fault | undefined): void {
  if (fault !== undefined) throw refused('the end of an attempt', fault)
}

function refused(what: string, why: object): Error {
  return new Error(`${what} was not kept: ${Object.values(why).join()}`)
}
