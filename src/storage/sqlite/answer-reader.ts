/** The server's own reading connection: stored answers for repeats. */
import type { RecentAnswer } from '../../billing/repeats.ts'
import type { StoredAnswer } from '../../billing/store.ts'
import { type Database, openDatabase, type Statement } from './database.ts'
import { latin1, type Row } from './rows.ts'

export class AnswerReader {
  readonly #database: Database
  readonly #answer: Statement

  constructor(dataDir: string) {
    this.#database = openDatabase(dataDir, { readOnly: true })
    this.#answer = this.#database.prepare(
      `SELECT c.serial, c.at_ms, c.answer, r.repeat_key, r.element_token
       FROM call c JOIN repeat r ON r.serial = c.serial WHERE c.serial = ?`,
    )
  }

  answerOf(serial: number): StoredAnswer | undefined {
    const row = this.#answer.get(serial)
    return row && { ...kept(row), answer: String(row.answer) }
  }

  *recentAnswers(sinceMs: number): Generator<RecentAnswer> {
    const rows = this.#database
      .prepare(
        `SELECT r.serial, c.at_ms, r.repeat_key, r.element_token, u.serial AS undelivered
         FROM repeat r CROSS JOIN call c ON c.serial = r.serial
         LEFT JOIN undelivered u ON u.serial = r.serial
         WHERE c.at_ms >= ? ORDER BY r.serial`,
      )
      .iterate(sinceMs) as Iterable<Row>
    for (const row of rows) yield { ...kept(row), undelivered: row.undelivered !== null }
  }

  close(): void {
    this.#database.close()
  }
}

function kept(row: Row): Omit<StoredAnswer, 'answer'> {
  return {
    serial: Number(row.serial),
    atMs: Number(row.at_ms),
    repeatKey: latin1(row.repeat_key),
    elementToken: latin1(row.element_token),
  }
}
