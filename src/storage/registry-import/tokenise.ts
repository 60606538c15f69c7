/** Rows of a CSV to records of tokens: the only step of an import that sees elements. */
import { type Elements, normalise, type PrecheckPolicy, precheck } from '../../domain/elements.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { Secret } from '../../domain/secret.ts'
import { sealCard, type TokenKeys, Tokens } from '../../domain/token.ts'
import type { CardStatus } from '../../sources/store.ts'
import {
  CARD_STATUSES,
  CARDS,
  encodeCard,
  encodeSubject,
  SUBJECTS,
} from '../records/record-format.ts'
import type { Columns } from './columns.ts'
import { byteLines, type CsvEncoding } from './csv-file.ts'
import { splitLine } from './csv-line.ts'

/** Why a row was not taken: an outcome of the pre-check, or what is wrong with the line. */
export type RejectReason = Outcome | 'columns' | 'encoding' | 'status'

/** What it takes to tokenise rows; plain values, so that a worker thread can be given them. */
export interface TokenisePlan {
  readonly keys: TokenKeys
  readonly columns: Columns
  readonly encoding: CsvEncoding
  readonly policy: PrecheckPolicy
}

/** What became of a chunk. Line numbers count from 1 within it. */
export interface TokenisedChunk {
  readonly lines: number
  readonly rows: number
  readonly rejected: readonly { readonly line: number; readonly reason: RejectReason }[]
  /** Records in the order of their rows. */
  readonly cards: Uint8Array
  readonly subjects: Uint8Array
}

const STATUSES = new Map<string, CardStatus>([
  ['', 'normal'],
  ...CARD_STATUSES.map((status): [string, CardStatus] => [status, status]),
])

export class Tokeniser {
  readonly #plan: TokenisePlan
  readonly #tokens: Tokens
  readonly #decoder: TextDecoder

  constructor(plan: TokenisePlan) {
    this.#plan = plan
    this.#tokens = new Tokens(plan.keys)
    this.#decoder = new TextDecoder(plan.encoding, { fatal: true, ignoreBOM: true })
  }

  /** Tokenises the lines of a chunk; blank ones are no rows. */
  run(bytes: Buffer): TokenisedChunk {
    const lines = this.#decodeLines(bytes)
    const cards = Buffer.allocUnsafe(lines.length * CARDS.widthBytes)
    const subjects = Buffer.allocUnsafe(lines.length * SUBJECTS.widthBytes)
    const rejected: { line: number; reason: RejectReason }[] = []
    let taken = 0
    let number = 0
    for (const line of lines) {
      number++
      if (line === '') continue
      const row = line === undefined ? 'encoding' : this.#tokeniseRow(line)
      if (typeof row === 'string') {
        rejected.push({ line: number, reason: row })
      } else {
        cards.write(row.card, taken * CARDS.widthBytes, 'latin1')
        subjects.write(row.subject, taken * SUBJECTS.widthBytes, 'latin1')
        taken++
      }
    }
    return {
      lines: lines.length,
      rows: taken + rejected.length,
      rejected,
      cards: cards.subarray(0, taken * CARDS.widthBytes),
      subjects: subjects.subarray(0, taken * SUBJECTS.widthBytes),
    }
  }

  #tokeniseRow(line: string): RejectReason | { card: string; subject: string } {
    const cells = splitLine(line)
    const { columns, policy } = this.#plan
    if (cells === undefined || cells.length !== columns.count) return 'columns'
    const status = STATUSES.get(cells[columns.positions.status ?? -1]?.trim() ?? '')
    if (status === undefined) return 'status'
    const elements = normalise(elementsOf(cells, columns), 'card4')
    const outcome = precheck(elements, 'card4', policy)
    return outcome ?? this.#encode(elements, status)
  }

  #encode(elements: Elements, status: CardStatus): { card: string; subject: string } {
    const { cardNumber, idNumber } = elements
    if (!cardNumber || !idNumber) throw new Error('a row that passed the pre-check is whole')
    const tokens = this.#tokens
    const token = tokens.card(cardNumber)
    const subject = tokens.subject(idNumber)
    const sealed = sealCard(subject, token)
    const record = { status, ...tokens.tuples(elements), cardId: sealed.cardId }
    return {
      card: encodeCard(token, record),
      subject: encodeSubject(subject, sealed),
    }
  }

  /** Lines without their ends; undefined where the bytes are not text in the file's encoding. */
  #decodeLines(bytes: Buffer): (string | undefined)[] {
    const text = this.#decode(bytes)
    if (text === undefined) return byteLines(bytes).map((line) => this.#decodeLine(line))
    const lines = text.split('\n')
    if (lines.at(-1) === '') lines.pop()
    return text.includes('\r') ? lines.map(withoutReturn) : lines
  }

  #decodeLine(line: Buffer): string | undefined {
    const text = this.#decode(line)
    return text === undefined ? undefined : withoutReturn(text)
  }

  #decode(bytes: Buffer): string | undefined {
    try {
      return this.#decoder.decode(bytes)
    } catch {
      return undefined
    }
  }
}

function elementsOf(cells: readonly string[], { positions }: Columns): Elements {
  return {
    name: new Secret(cells[positions.name] ?? ''),
    idNumber: new Secret(cells[positions.idNumber] ?? ''),
    cardNumber: new Secret(cells[positions.cardNumber] ?? ''),
    mobile: new Secret(cells[positions.mobile] ?? ''),
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
