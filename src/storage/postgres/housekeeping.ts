/**
 * The work beside calls: giving back what lost its request, expiring what has ended, forgetting what
 * is too old. Each step may be repeated, by any node, at any time.
 */
import { giveBack } from '../../billing/apply.ts'
import { REPEAT_KEPT_MS } from '../../billing/repeats.ts'
import { RESERVATION_MS_MAX } from '../../billing/writer.ts'
import type { Committed, Committer } from './committer.ts'
import type { Connection } from './connection.ts'
import {
  knowledgeFrom,
  PoolBooks,
  poolArrays,
  poolFrom,
  readQueries,
  serialOf,
  type Wanted,
} from './pool-books.ts'
import type { PoolId } from './pool-id.ts'
import { RowBuffer } from './row-buffer.ts'
import type { Reply, Row } from './session.ts'

/** Movements of one transaction, well below the numbers of an entry block. */
const CHUNK = 500
/** Pools that expire together; each holds a few ended grants. */
const ENDED_POOLS = 100
/** A minute more than repeats are kept, for clocks that are not quite equal. */
const FORGET_MS = REPEAT_KEPT_MS + 60_000
const FORGET_CHUNK = 5_000

/**
 * Reservations whose node is gone, or whose request is (of `$1`, before `$2`), and whether a vendor was
 * asked after `$3` that may have to be paid.
 */
const ORPHANS = `SELECT r.serial, g.account_id, g.product, g.mode,
    r.serial IN (SELECT serial FROM vendor_attempt WHERE at_ms > $3 AND state <> 'free') AS asked
  FROM reservation r JOIN "grant" g ON g.id = r.grant_id AND g.account_id = r.account_id
  JOIN node n ON n.id = r.node_id
  WHERE n.state <> 'running' OR (r.node_id = $1 AND r.at_ms < $2) ORDER BY r.serial LIMIT ${CHUNK}`

/** Charged calls of a dead node above its watermark: their replies may be lost with it. */
const MARK_LOST = `UPDATE repeat t SET undelivered = 1
  FROM (
    SELECT n.id, greatest(n.watermark, (SELECT max(b.watermark) FROM batch b WHERE b.node_id = n.id)) AS watermark
    FROM node n WHERE n.state = 'dead'
  ) d JOIN serial_block s ON s.node_id = d.id AND s.past > d.watermark
  JOIN call c ON c.serial >= s.first AND c.serial < s.past AND c.serial > d.watermark
  WHERE c.entry_id IS NOT NULL AND t.serial = c.serial AND t.account_id = c.account_id`

const BURY = `UPDATE node SET state = 'ended' WHERE state = 'dead'
  AND NOT EXISTS (SELECT FROM reservation r WHERE r.node_id = node.id)`

const ENDED = `SELECT DISTINCT g.account_id, g.product, g.mode
  FROM "grant" g JOIN balance b ON b.grant_id = g.id AND b.account_id = g.account_id
  WHERE b.available > 0 AND b.expires_at_ms <= $1 LIMIT ${ENDED_POOLS}`

const FORGET_REPEATS = `DELETE FROM repeat WHERE (serial, account_id) IN (
    SELECT serial, account_id FROM repeat WHERE at_ms < $1 ORDER BY at_ms LIMIT ${FORGET_CHUNK}
    FOR UPDATE SKIP LOCKED
  )`
const FORGET_BATCHES = `DELETE FROM batch b USING node n
  WHERE n.id = b.node_id AND b.at_ms < $1 AND (n.id = $2 OR n.state = 'ended')`

export interface Housekeeper {
  readonly nodeId: number
  readonly committer: Committer
  /** For what needs no transaction of ours. */
  readonly connection: Connection
}

/** Gives back reservations without a request, and marks what a dead node may not have handed over. */
export async function recoverOrphans(keeper: Housekeeper, nowMs: number): Promise<void> {
  const { connection, nodeId } = keeper
  await connection.all([{ name: 'mark lost', text: MARK_LOST, values: [] }])
  for (;;) {
    const values = [nodeId, nowMs - RESERVATION_MS_MAX, nowMs - FORGET_MS]
    const [reply] = await connection.all([{ name: 'orphans', text: ORPHANS, values }])
    const orphans = reply?.rows ?? []
    if (orphans.length > 0) await giveAllBack(keeper, orphans, nowMs)
    if (orphans.length < CHUNK) break
  }
  await connection.all([{ name: 'bury', text: BURY, values: [] }])
}

/** Expires what is left in grants that have ended. */
export async function expireEnded(keeper: Housekeeper, nowMs: number): Promise<void> {
  const [reply] = await keeper.connection.all([{ name: 'ended', text: ENDED, values: [nowMs] }])
  const pools = (reply?.rows ?? []).map(poolFrom)
  if (pools.length === 0) return
  const wanted: Wanted = { pools, reserved: [], keyIds: [] }
  await transact(keeper, wanted, (books, rows) => {
    for (const pool of pools) {
      books.in(pool, rows.of(pool.accountId), (ledger) => {
        for (const entry of ledger.expire(nowMs)) rows.insertEntry(entry)
      })
    }
  })
}

/** Forgets one chunk of what repeats were recognised by, and the names of old transactions. */
export async function forget({ connection, nodeId }: Housekeeper, nowMs: number): Promise<void> {
  const before = nowMs - FORGET_MS
  await connection.all([
    { name: 'forget repeats', text: FORGET_REPEATS, values: [before] },
    { name: 'forget batches', text: FORGET_BATCHES, values: [before, nodeId] },
  ])
}

/** Each reservation that is still there when its pool is locked is given back. */
async function giveAllBack(keeper: Housekeeper, orphans: readonly Row[], nowMs: number) {
  const byPool = Map.groupBy(orphans.map(orphanFrom), ({ pool }) => poolArrays([pool]).join())
  const pools = [...byPool.values()].map(([first]) => first!.pool)
  const wanted: Wanted = { pools, reserved: orphans.map(serialOf), keyIds: [] }
  await transact(keeper, wanted, (books, rows) => {
    for (const own of byPool.values()) {
      const { pool } = own[0]!
      books.in(pool, rows.of(pool.accountId), (ledger) => {
        for (const { serial, asked } of own) {
          if (ledger.reservation(serial) === undefined) continue
          giveBack({ ledger, rows }, serial, nowMs)
          // Whoever repeats a call that may have been paid must not ask again.
          if (books.claimed(serial) && !asked) rows.dropRepeat(serial)
        }
      })
    }
  })
}

/** One transaction of ours over some pools. Throws when it did not happen, or nobody knows. */
async function transact(
  { committer, nodeId }: Housekeeper,
  wanted: Wanted,
  action: (books: PoolBooks, rows: RowBuffer) => void,
): Promise<void> {
  const done: Committed<{ rows: RowBuffer }> = await committer.run({
    reads: readQueries(wanted),
    settle(replies: readonly Reply[]) {
      const books = new PoolBooks(knowledgeFrom(wanted, replies))
      const rows = new RowBuffer({ nodeId, laneId: () => 0, claimed: () => false })
      action(books, rows)
      return rows.count('entry') === 0 ? undefined : { rows }
    },
  })
  if ('cause' in done) throw done.cause
}

interface Orphan {
  readonly pool: PoolId
  readonly serial: number
  readonly asked: boolean
}

function orphanFrom(row: Row): Orphan {
  return { pool: poolFrom(row), serial: serialOf(row), asked: row.asked === true }
}
