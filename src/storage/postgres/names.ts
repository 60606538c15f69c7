/**
 * Rows that a transaction expects to be there: pools to lock, lanes to name, days to count. Each is
 * written once, before the first transaction that needs it.
 */
import type { Command, Lane } from '../../billing/command.ts'
import { textArray } from './array-literal.ts'
import type { Connection } from './connection.ts'
import { poolArrays } from './pool-books.ts'
import type { Query, Row } from './session.ts'

const POOLS = `INSERT INTO pool (account_id, product, mode, last_ms)
  SELECT w.a, w.p, w.m, 0 FROM unnest($1::text[], $2::text[], $3::text[]) AS w(a, p, m)
  ORDER BY 1, 2, 3 ON CONFLICT DO NOTHING`

const KEY_DAYS = `INSERT INTO key_day (key_id, account_id, day, used)
  SELECT w.k, w.a, 0, 0 FROM unnest($1::text[], $2::text[]) AS w(k, a)
  ORDER BY 1, 2 ON CONFLICT DO NOTHING`

const LANE_COLUMNS = 'account_id, key_id, api, product, mode, source'
const LANE_ARRAYS = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])`

const LANES = `INSERT INTO lane (${LANE_COLUMNS})
  SELECT * FROM ${LANE_ARRAYS} AS w(a, k, i, p, m, s)
  ORDER BY 1, 2, 3, 4, 5, 6 ON CONFLICT DO NOTHING`

const LANE_IDS = `SELECT w.n, l.id
  FROM ${LANE_ARRAYS} WITH ORDINALITY AS w(a, k, i, p, m, s, n)
  JOIN lane l ON (${LANE_COLUMNS.split(', ').map((name) => `l.${name}`)})
    = (w.a, w.k, w.i, w.p, w.m, w.s)`

export class Names {
  readonly #connection: Connection
  readonly #laneIds = new WeakMap<Lane, number>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Number of a command's lane in the store; only of one that was prepared. */
  laneId(lane: Lane): number {
    const id = this.#laneIds.get(lane)
    if (id === undefined) throw new Error(`a lane of ${lane.accountId} was not prepared`)
    return id
  }

  /** Undefined when everything is there already. */
  prepare(commands: readonly Command[]): Promise<void> | undefined {
    const unknown = new Set(
      commands
        .filter(({ operation }) => operation !== 'begin' && operation !== 'end')
        .map(({ lane }) => lane)
        .filter((lane) => !this.#laneIds.has(lane)),
    )
    return unknown.size === 0 ? undefined : this.#write([...unknown])
  }

  async #write(lanes: readonly Lane[]): Promise<void> {
    const arrays = LANE_COLUMNS.split(', ').map((column) =>
      textArray(lanes.map((lane) => laneColumn(lane, column))),
    )
    const capped = lanes.filter(({ dailyCap }) => dailyCap)
    const queries: Query[] = [
      { name: 'new pools', text: POOLS, values: poolArrays(lanes) },
      {
        name: 'new key days',
        text: KEY_DAYS,
        values: [
          textArray(capped.map(({ keyId }) => keyId)),
          textArray(capped.map(({ accountId }) => accountId)),
        ],
      },
      { name: 'new lanes', text: LANES, values: arrays },
      { name: 'lane ids', text: LANE_IDS, values: arrays },
    ]
    const replies = await this.#connection.all(queries)
    for (const { n, id } of (replies.at(-1)?.rows ?? []) as readonly Row[]) {
      this.#laneIds.set(lanes[Number(n) - 1]!, Number(id))
    }
  }
}

function laneColumn(lane: Lane, column: string): string {
  switch (column) {
    case 'account_id':
      return lane.accountId
    case 'key_id':
      return lane.keyId
    case 'api':
      return lane.api
    case 'product':
      return lane.product
    case 'mode':
      return lane.mode
    default:
      return lane.source
  }
}
