/**
 * Counts the calls of single elements in little memory: a row is written for every twenty-fifth of
 * them, for most elements of a day are asked about once and nobody reads their count again.
 */

import { spreadBits } from '../domain/attempt-token.ts'

/** A byte each. Where two tokens share one, each is still counted in proportion to its calls. */
const CELLS = 2 ** 20
const PORTION_MAX = 25
/** A limit is reached in so many portions at least. */
const PORTIONS_MIN = 20

export class RequestTally {
  readonly #cells = new Uint8Array(CELLS)

  /**
   * Counts a call under a token (latin1 text); returns how many calls are to be added to
   * its row. What a crash forgets is less than one portion an element.
   */
  add(token: string, limit: number): number {
    const portion = Math.max(1, Math.min(PORTION_MAX, Math.floor(limit / PORTIONS_MIN)))
    const cell = spreadBits(token) % CELLS
    const count = this.#cells[cell]! + 1
    this.#cells[cell] = count < portion ? count : 0
    return count < portion ? 0 : portion
  }
}
