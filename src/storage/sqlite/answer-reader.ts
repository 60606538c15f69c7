/** The server's own reading connection: stored answers for repeats. */
import type { RecentAnswer } from '../../billing/repeats.ts'
import type { StoredAnswer } from '../../billing/store.ts'
import { type Database, openDatabase, type Statement } from './database.ts'
import { unpackCall, unpackCalls } from './repeat-rows.ts'

export class AnswerReader {
  readonly #database: Database
  readonly #answer: Statement
  readonly #lost: Statement

  constructor(dataDir: string) {
    this.#database = openDatabase(dataDir, { readOnly: true })
    this.#answer = this.#database.prepare(
      `SELECT c.answer, r.calls
       FROM call c JOIN repeat r ON r.id = c.repeat_id WHERE c.serial = ?`,
    )
    this.#lost = this.#database.prepare('SELECT calls FROM repeat WHERE id = ?')
  }

  answerOf(serial: number): StoredAnswer | undefined {
    const row = this.#answer.get(serial)
    const call = unpackCall((row ?? this.#lost.get(serial))?.calls, serial)
    return call && { ...call, answer: String(row?.answer ?? '') }
  }

  /** Streams what hundreds of thousands of calls are recognised by, in the order of their batches. */
  *recentAnswers(sinceMs: number): Generator<RecentAnswer> {
    const named = this.#database.prepare('SELECT serial FROM undelivered').all()
    const undelivered = new Set(named.map(({ serial }) => Number(serial)))
    const recent = this.#database.prepare('SELECT calls FROM repeat WHERE at_ms >= ? ORDER BY id')
    for (const { calls } of recent.iterate(sinceMs)) {
      for (const call of unpackCalls(calls)) {
        if (call.atMs < sinceMs) continue
        const { serial, atMs, repeatKey } = call
        const lost = undelivered.has(serial)
        const elementToken = lost ? call.elementToken : ''
        yield { serial, atMs, repeatKey, elementToken, undelivered: lost }
      }
    }
  }

  close(): void {
    this.#database.close()
  }
}
