/**
 * One statement that writes everything of a transaction: a data-modifying part a table, each fed by
 * arrays. Parts without rows are left out, so that a batch pays for what it writes.
 */
import { bytesArray, numberArray, textArray } from './array-literal.ts'
import type { Query } from './session.ts'

export type Cell = number | string | null

type Type = 'bigint' | 'text' | 'bytea'

/** A table's part: columns with their types, and what is done with the rows `r`. */
interface Part {
  readonly columns: readonly (readonly [name: string, type: Type])[]
  readonly sql: (rows: string) => string
}

const big = (name: string) => [name, 'bigint'] as const
const text = (name: string) => [name, 'text'] as const
const bytes = (name: string) => [name, 'bytea'] as const

const BALANCE = [
  big('grant_id'),
  text('account_id'),
  big('available'),
  big('reserved'),
  big('used'),
  big('expired'),
  big('withdrawn'),
  big('expires_at_ms'),
]
const CALL_NAME = [big('serial'), text('account_id')]

const PARTS = {
  batch: insertion('batch', [big('node_id'), big('number'), big('at_ms'), big('watermark')]),
  grant: insertion('"grant"', [
    big('id'),
    text('account_id'),
    text('product'),
    text('mode'),
    big('units'),
    big('priority'),
    big('starts_at_ms'),
    big('expires_at_ms'),
    big('created_at_ms'),
    text('reason'),
  ]),
  new_balance: insertion('balance', BALANCE),
  entry: insertion('entry', [
    big('id'),
    text('account_id'),
    text('kind'),
    big('grant_id'),
    big('units'),
    big('at_ms'),
    big('serial'),
    big('rule_version'),
    big('undoes'),
    big('expires_at_ms'),
    text('reason'),
  ]),
  call: insertion('call', [
    ...CALL_NAME,
    big('lane_id'),
    big('at_ms'),
    text('result'),
    big('billable'),
    big('rule_version'),
    big('latency_us'),
    big('entry_id'),
    text('answer'),
    text('client'),
    bytes('element_index'),
    text('steps'),
  ]),
  repeat: insertion('repeat', [
    ...CALL_NAME,
    big('at_ms'),
    bytes('repeat_key'),
    bytes('element_token'),
    big('undelivered'),
  ]),
  reservation: insertion('reservation', [
    ...CALL_NAME,
    big('grant_id'),
    big('at_ms'),
    big('node_id'),
  ]),
  ended_reservation: deletion('reservation'),
  dropped_repeat: deletion('repeat'),
  undelivered: {
    columns: CALL_NAME,
    sql: (rows) => `UPDATE repeat t SET undelivered = 1 FROM ${rows}
      WHERE t.serial = r.serial AND t.account_id = r.account_id`,
  },
  balance: {
    columns: BALANCE,
    sql: (rows) => `UPDATE balance t SET available = r.available, reserved = r.reserved,
        used = r.used, expired = r.expired, withdrawn = r.withdrawn,
        expires_at_ms = r.expires_at_ms
      FROM ${rows} WHERE t.grant_id = r.grant_id AND t.account_id = r.account_id`,
  },
  key_day: {
    columns: [text('key_id'), text('account_id'), big('day'), big('used')],
    sql: (rows) => `UPDATE key_day t SET day = r.day, used = r.used FROM ${rows}
      WHERE t.key_id = r.key_id AND t.account_id = r.account_id`,
  },
  attempt: insertion('vendor_attempt', [
    text('id'),
    big('serial'),
    text('request_id'),
    text('account_id'),
    text('route'),
    text('vendor'),
    text('product'),
    big('at_ms'),
    big('cost_centifen'),
    text('state'),
  ]),
  ended_attempt: {
    columns: [
      text('id'),
      text('state'),
      text('phase'),
      text('code'),
      text('reference'),
      big('ended_at_ms'),
    ],
    sql: (rows) => `UPDATE vendor_attempt t SET state = r.state, phase = r.phase, code = r.code,
        reference = r.reference, ended_at_ms = r.ended_at_ms
      FROM ${rows} WHERE t.id = r.id AND t.state IN ('prepared', 'unknown') AND t.evidence IS NULL`,
  },
  guard_row: {
    columns: [
      bytes('token'),
      bytes('marks'),
      big('count'),
      big('cleared_at_ms'),
      big('locked_at_ms'),
    ],
    sql: (rows) => `INSERT INTO guard_row SELECT * FROM ${rows}
      ON CONFLICT (token) DO UPDATE SET marks = excluded.marks,
        count = guard_row.count + excluded.count, cleared_at_ms = excluded.cleared_at_ms,
        locked_at_ms = excluded.locked_at_ms`,
  },
  guard_match: {
    columns: [big('period'), bytes('token'), big('at_ms')],
    sql: (rows) => `INSERT INTO guard_match SELECT * FROM ${rows}
      ON CONFLICT (period, token) DO UPDATE SET at_ms = excluded.at_ms`,
  },
  pool: {
    columns: [text('account_id'), text('product'), text('mode'), big('last_ms'), big('last_entry')],
    sql: (rows) => `UPDATE pool t SET last_ms = r.last_ms, last_entry = r.last_entry FROM ${rows}
      WHERE (t.account_id, t.product, t.mode) = (r.account_id, r.product, r.mode)`,
  },
} as const satisfies Record<string, Part>

export type PartName = keyof typeof PARTS

const NAMES = Object.keys(PARTS) as PartName[]

/** Texts of the statements used so far, by the parts in them. */
const texts = new Map<string, string>()

export class WriteQuery {
  readonly #columns = new Map<PartName, Cell[][]>()

  /** Adds a row to a part, with its cells in the order of the part's columns. */
  add(name: PartName, row: readonly Cell[]): void {
    let columns = this.#columns.get(name)
    if (columns === undefined) {
      columns = row.map(() => [])
      this.#columns.set(name, columns)
    }
    for (let i = 0; i < row.length; i++) columns[i]!.push(row[i]!)
  }

  /** Rows of a part so far. */
  count(name: PartName): number {
    return this.#columns.get(name)?.[0]?.length ?? 0
  }

  /** The statement, or undefined when there is nothing to write. */
  query(): Query | undefined {
    const names = NAMES.filter((name) => this.#columns.has(name))
    if (names.length === 0) return undefined
    const name = `write ${names.map((each) => NAMES.indexOf(each)).join('.')}`
    const known = texts.get(name) ?? textOf(names)
    texts.set(name, known)
    return { name, text: known, values: names.flatMap((each) => this.#literals(each)) }
  }

  #literals(name: PartName): string[] {
    const { columns }: Part = PARTS[name]
    const cells = this.#columns.get(name)!
    return columns.map(([, type], i) => literal(type, cells[i]!))
  }
}

function literal(type: Type, cells: Cell[]): string {
  if (type === 'bigint') return numberArray(cells as (number | null)[])
  const texts = cells as (string | null)[]
  return type === 'text' ? textArray(texts) : bytesArray(texts)
}

function textOf(names: readonly PartName[]): string {
  let parameter = 0
  const parts = names.map((name) => {
    const { columns, sql }: Part = PARTS[name]
    const arrays = columns.map(([, type]) => `$${++parameter}::${type}[]`)
    return sql(`unnest(${arrays.join()}) AS r(${columns.map(([column]) => column).join()})`)
  })
  const last = parts.pop() ?? ''
  if (parts.length === 0) return last
  return `WITH ${parts.map((part, i) => `p${i} AS (${part})`).join(', ')} ${last}`
}

function insertion(table: string, columns: Part['columns']): Part {
  const names = columns.map(([name]) => name).join()
  return { columns, sql: (rows) => `INSERT INTO ${table} (${names}) SELECT * FROM ${rows}` }
}

function deletion(table: string): Part {
  return {
    columns: CALL_NAME,
    sql: (rows) => `DELETE FROM ${table} t USING ${rows}
      WHERE t.serial = r.serial AND t.account_id = r.account_id`,
  }
}
