/**
 * Attempts on sources on the writer's side of SQLite: the guardian's counters, and the cost rows of
 * vendors, in the transaction of the call they belong to.
 *
 * A slot under way is one small row, and its marks are in memory: most end as if nothing had been, and
 * then no counter was ever written. What a crash leaves are those rows, which the next start turns
 * into the marks of failures.
 */
import type { Admitted, AskingRows } from '../../billing/apply.ts'
import type { Asking, GuardAsk, GuardRefusal } from '../../domain/attempt.ts'
import {
  admit,
  count,
  EMPTY_ROW,
  type GuardRow,
  type GuardWrites,
  isEmpty,
  type Mark,
  markedTokens,
  same,
  settle,
} from '../../sources/guardian.ts'
import { RequestTally } from '../../sources/request-tally.ts'
import type { Database } from './database.ts'
import { GuardTables, type SlotRow } from './guard-tables.ts'

const NOTHING: Admitted = { left: Number.POSITIVE_INFINITY, keep: () => undefined }

export class SqliteAskingRows implements AskingRows {
  readonly #tables: GuardTables
  readonly #tally = new RequestTally()
  /** Marks of attempts under way, by the token of their row. */
  readonly #open = new Map<string, readonly Mark[]>()
  readonly #slots = new Map<number, SlotRow>()
  /** How the slots that this transaction opened and closed come back, the last first. */
  #undo: (() => void)[] = []
  #loaded = false

  constructor(database: Database) {
    this.#tables = new GuardTables(database)
  }

  /** How far the transaction has come, for `rollback`. */
  get length(): number {
    return this.#undo.length
  }

  commit(): void {
    this.#undo = []
  }

  /** Forgets what the transaction did after a point. */
  rollback(length = 0): void {
    for (const undo of this.#undo.splice(length).reverse()) undo()
  }

  admit(asking: Asking, counted: boolean): Admitted | GuardRefusal {
    if (!counted) return this.#begin(asking)
    const { slotEnd } = asking
    if (slotEnd === undefined) return NOTHING
    const { ask } = slotEnd
    const admission = count((token) => this.#row(ask, token), slotEnd)
    if (!admission.admitted) return admission.by
    return { left: admission.left, keep: () => this.#keep(ask, admission.writes) }
  }

  end({ slotEnd, rowEnd }: Asking): void {
    if (rowEnd !== undefined) this.#tables.endAttempt(rowEnd.id, rowEnd.end)
    if (slotEnd === undefined) return
    const { ask } = slotEnd
    const writes = settle((token) => this.#row(ask, token), slotEnd)
    this.#close(ask.slot)
    this.#write(ask, writes)
  }

  giveUp(beforeMs: number): void {
    if (!this.#loaded) {
      for (const slot of this.#tables.slots()) this.#hold(slot)
      this.#loaded = true
    }
    for (const { tokens, ...mark } of [...this.#slots.values()]) {
      if (mark.atMs >= beforeMs) continue
      this.#close(mark.slot)
      for (const token of tokens) {
        const row = this.#tables.read(token)
        this.#tables.write(token, { ...row, marks: [...row.marks, mark] })
      }
    }
  }

  flush(): void {
    this.#tables.saveMatches()
  }

  #begin({ slot: ask, row }: Asking): Admitted | GuardRefusal {
    const admission = ask && admit((token) => this.#row(ask, token), ask)
    if (admission?.admitted === false) return admission.by
    return {
      left: admission?.left ?? Number.POSITIVE_INFINITY,
      keep: () => {
        if (row !== undefined) this.#tables.insertAttempt(row)
        if (ask === undefined || admission === undefined) return
        this.#take(ask)
        this.#keep(ask, new Map([...admission.writes].filter(([token]) => !this.#open.has(token))))
      },
    }
  }

  #take(ask: GuardAsk): void {
    const { slot, atMs, tuple } = ask
    const tokens = markedTokens(ask)
    this.#tables.insertSlot({ slot, atMs, tuple, tokens })
    this.#hold({ slot, atMs, tuple, tokens })
    this.#undo.push(() => this.#forget(slot))
  }

  #close(slot: number): void {
    const open = this.#slots.get(slot)
    if (open === undefined) return
    this.#tables.deleteSlot(slot)
    this.#forget(slot)
    this.#undo.push(() => this.#hold(open))
  }

  #hold({ tokens, ...mark }: SlotRow): void {
    this.#slots.set(mark.slot, { ...mark, tokens })
    for (const token of tokens) this.#open.set(token, [...(this.#open.get(token) ?? []), mark])
  }

  #forget(slot: number): void {
    for (const token of this.#slots.get(slot)?.tokens ?? []) {
      const others = (this.#open.get(token) ?? []).filter((mark) => mark.slot !== slot)
      if (others.length === 0) this.#open.delete(token)
      else this.#open.set(token, others)
    }
    this.#slots.delete(slot)
  }

  /** What is stored, and what is under way. */
  #row({ tokens, atMs }: GuardAsk, token: string): GuardRow {
    if (token === tokens.matched) {
      return { ...EMPTY_ROW, clearedAtMs: this.#tables.matchedAtMs(token, atMs) }
    }
    const stored = this.#tables.read(token)
    const open = this.#open.size === 0 ? undefined : this.#open.get(token)
    return open === undefined ? stored : { ...stored, marks: [...stored.marks, ...open] }
  }

  /** Writes what an attempt changes, and counts the call for each of its elements. */
  #keep(ask: GuardAsk, writes: GuardWrites): void {
    this.#write(ask, writes)
    for (const token of ask.tokens.elements) {
      const calls = this.#tally.add(token, ask.limits.elementMax)
      if (calls === 0) continue
      const row = this.#tables.read(token)
      this.#tables.write(token, { ...row, count: row.count + calls })
    }
  }

  /** Writes rows without what is under way, as far as they have changed. */
  #write({ tokens }: GuardAsk, writes: GuardWrites): void {
    for (const [token, row] of writes) {
      if (token === tokens.matched) {
        this.#tables.keepMatch(token, row.clearedAtMs)
        continue
      }
      const open = new Set(this.#open.get(token)?.map(({ slot }) => slot))
      const closed = { ...row, marks: row.marks.filter(({ slot }) => !open.has(slot)) }
      if (same(closed, this.#tables.read(token))) continue
      if (isEmpty(closed)) this.#tables.remove(token)
      else this.#tables.write(token, closed)
    }
  }
}
