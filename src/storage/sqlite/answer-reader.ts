/** The server's own reading connection: stored answers for repeats. */
import type { RecentAnswer } from '../../billing/repeats.ts'
import type { StoredAnswer } from '../../billing/store.ts'
import { type Database, openDatabase, type Statement } from './database.ts'
import { latin1 } from './rows.ts'

export class AnswerReader {
  readonly #database: Database
  readonly #answer: Statement

  constructor(dataDir: string) {
    this.#database = openDatabase(dataDir, { readOnly: true })
    this.#answer = this.#database.prepare(
      `SELECT c.at_ms, c.answer, r.repeat_key, r.element_token
       FROM call c JOIN repeat r ON r.serial = c.serial WHERE c.serial = ?`,
    )
  }

  answerOf(serial: number): StoredAnswer | undefined {
    const row = this.#answer.get(serial)
    return (
      row && {
        serial,
        atMs: Number(row.at_ms),
        answer: String(row.answer),
        repeatKey: latin1(row.repeat_key),
        elementToken: latin1(row.element_token),
      }
    )
  }

  /** Streams hundreds of thousands of rows at a start: as arrays, and only the tokens that matter. */
  *recentAnswers(sinceMs: number): Generator<RecentAnswer> {
    const statement = this.#database.prepare(
      `SELECT r.serial, c.at_ms, r.repeat_key, u.serial IS NOT NULL,
              CASE WHEN u.serial IS NOT NULL THEN r.element_token END
       FROM repeat r CROSS JOIN call c ON c.serial = r.serial
       LEFT JOIN undelivered u ON u.serial = r.serial
       WHERE c.at_ms >= ? ORDER BY r.serial`,
    )
    statement.setReturnArrays(true)
    for (const row of statement.iterate(sinceMs) as Iterable<unknown> as Iterable<unknown[]>) {
      yield {
        serial: row[0] as number,
        atMs: row[1] as number,
        repeatKey: latin1(row[2]),
        undelivered: row[3] === 1,
        elementToken: latin1(row[4]),
      }
    }
  }

  close(): void {
    this.#database.close()
  }
}
