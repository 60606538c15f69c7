/**
 * A CSV that is made while its rows are read: it becomes bytes piece by piece, so that no call waits
 * for the whole of it.
 */
import { CSV_BOM, type CsvCell, csvLine } from '../../domain/csv.ts'
import { FileReply } from './route.ts'

/** Turned into bytes at once: a millisecond's work. */
const PIECE_LINES = 500

export class CsvFile {
  #lines: string[]
  readonly #pieces: Buffer[] = []
  #rows = 0

  constructor(head: readonly string[]) {
    this.#lines = [CSV_BOM, csvLine(head)]
  }

  /** Rows so far, the head not among them. */
  get rows(): number {
    return this.#rows
  }

  add(cells: readonly CsvCell[]): void {
    this.#rows++
    if (this.#lines.push(csvLine(cells)) >= PIECE_LINES) this.#close()
  }

  /** The file as a reply; nothing can be added any more. */
  reply(name: string): FileReply {
    this.#close()
    return new FileReply('text/csv; charset=utf-8', name, Buffer.concat(this.#pieces))
  }

  #close(): void {
    this.#pieces.push(Buffer.from(this.#lines.join('')))
    this.#lines = []
  }
}
