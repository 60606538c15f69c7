/**
 * This start of a node among those that share the database: its row, its heartbeat, and what it sees
 * of the others. A node whose heart has not moved for a while is declared dead; a node that finds
 * itself declared dead stops answering.
 */
import type { Clock } from '../../domain/clock.ts'
import type { Connection } from './connection.ts'
import { BEGIN, COMMIT, type Query } from './session.ts'

/** A node whose heart is not seen to move for this long is dead. */
export const DEAD_MS = 5_000

const END_PREDECESSOR = `UPDATE node SET state = 'dead' WHERE name = $1 AND state = 'running'`
const ENTER = `INSERT INTO node (name, state, beats, watermark) VALUES ($1, 'running', 0, 0) RETURNING id`
const BEAT = `UPDATE node SET beats = beats + 1, watermark = $2
  WHERE id = $1 AND state = 'running' RETURNING id`
const OTHERS = `SELECT id, beats FROM node WHERE state = 'running' AND id <> $1`
const DECLARE_DEAD = `UPDATE node SET state = 'dead' WHERE id = $1 AND beats = $2 AND state = 'running'`
const LEAVE = `UPDATE node SET state = 'ended', watermark = $2 WHERE id = $1 AND state = 'running'`

/** When another node's heart was last seen to move. */
interface Seen {
  readonly beats: number
  readonly sinceUs: number
}

/** The node was declared dead by another: it must stop. */
export class DeclaredDead extends Error {
  override readonly name = 'DeclaredDead'
}

export class Node {
  readonly id: number
  readonly #connection: Connection
  readonly #clock: Clock
  #others = new Map<number, Seen>()

  private constructor(id: number, connection: Connection, clock: Clock) {
    this.id = id
    this.#connection = connection
    this.#clock = clock
  }

  /** Enters under a name; who had it before is dead, since one name is one place. */
  static async enter(connection: Connection, name: string, clock: Clock): Promise<Node> {
    const replies = await connection.all([
      BEGIN,
      named('end predecessor', END_PREDECESSOR, name),
      named('enter', ENTER, name),
      COMMIT,
    ])
    return new Node(Number(replies[2]?.rows[0]?.id), connection, clock)
  }

  /**
   * Moves the heart, and declares dead whose heart does not move; returns how many. Time counts only
   * while this node reaches the store itself, so that an outage of the store kills nobody.
   * Throws `DeclaredDead`, or the driver's exception when the store cannot be reached.
   */
  async beat(watermark: number): Promise<number> {
    const [own, others] = await this.#ask([
      named('beat', BEAT, this.id, watermark),
      named('others', OTHERS, this.id),
    ])
    if (own?.rows.length === 0) throw new DeclaredDead(`node ${this.id} was declared dead`)
    const silent = this.#observe((others?.rows ?? []) as readonly { id: number; beats: number }[])
    if (silent.length === 0) return 0
    await this.#ask(silent.map(([id, { beats }]) => named('declare dead', DECLARE_DEAD, id, beats)))
    return silent.length
  }

  /** The clean end: nothing of this node is left to recover. */
  async leave(watermark: number): Promise<void> {
    await this.#ask([named('leave', LEAVE, this.id, watermark)])
  }

  async #ask(queries: readonly Query[]) {
    try {
      return await this.#connection.all(queries)
    } catch (error) {
      this.#others.clear()
      throw error
    }
  }

  #observe(rows: readonly { readonly id: number; readonly beats: number }[]): [number, Seen][] {
    const nowUs = this.#clock.monotonicUs()
    const seen = rows.map(({ id, beats }): [number, Seen] => {
      const before = this.#others.get(id)
      return [id, before?.beats === beats ? before : { beats, sinceUs: nowUs }]
    })
    this.#others = new Map(seen)
    return seen.filter(([, { sinceUs }]) => nowUs - sinceUs > DEAD_MS * 1_000)
  }
}

function named(name: string, text: string, ...values: unknown[]): Query {
  return { name, text, values }
}
