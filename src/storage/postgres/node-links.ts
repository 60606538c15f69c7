/** The connections of one node, and who it is. */
import type { Clock } from '../../domain/clock.ts'
import type { MeterOptions } from '../sqlite/meter-handle.ts'
import { StorageError } from '../storage-error.ts'
import { Committer } from './committer.ts'
import { Connection } from './connection.ts'
import { Node } from './node.ts'
import { translatedPostgres } from './storage-error.ts'

/** Transactions of a node that may be under way at the same time: more make smaller batches. */
const COMMITTERS = 2

export interface PostgresMeterOptions extends Omit<MeterOptions, 'dataDir' | 'pagesMax'> {
  /** `postgres://…` of a migrated database; never printed. */
  readonly url: string
  /** Names the place this node runs at: a new start under a name ends the one before. */
  readonly nodeName: string
  /** Connections for transactions. */
  readonly committers?: number
  /** Accept a server that acknowledges before its disk has the bytes: only for tests. */
  readonly allowVolatile?: boolean
}

export interface NodeLinks {
  readonly node: Node
  /** Heartbeat, names and leases. */
  readonly control: Connection
  /** Questions of the hot path. */
  readonly lookUp: Connection
  /** Transactions of calls. */
  readonly committers: readonly Committer[]
  /** Transactions and statements of the upkeep, which may take long. */
  readonly upkeep: { readonly committer: Committer; readonly connection: Connection }
  /** Takes a block of serial numbers out of the store for ever. */
  lease(count: number): Promise<number>
  close(): Promise<void>
}

const LEASE = `WITH taken AS (
    UPDATE ledger SET next_serial = next_serial + $1 RETURNING next_serial
  )
  INSERT INTO serial_block (first, past, node_id)
  SELECT next_serial - $1, next_serial, $2 FROM taken RETURNING first`

/** Connects and enters the node; rejects with `StorageError`. */
export async function openLinks(
  options: PostgresMeterOptions,
  watermark: () => number,
): Promise<NodeLinks> {
  const { url, clock, nodeName } = options
  const access = { url, durable: options.allowVolatile !== true }
  const control = new Connection(access)
  const node = await enter(control, nodeName, clock)
  let number = 0
  const numbers = { next: () => ++number }
  const nowMs = () => clock.nowMs()
  const commit = () => new Committer({ ...access, nodeId: node.id, numbers, nowMs, watermark })
  const committers = Array.from({ length: options.committers ?? COMMITTERS }, commit)
  const upkeep = { committer: commit(), connection: new Connection(access) }
  const lookUp = new Connection(access)
  return {
    node,
    control,
    lookUp,
    committers,
    upkeep,
    async lease(count) {
      const values = [count, node.id]
      const [reply] = await control.all([{ name: 'lease', text: LEASE, values }])
      return Number(reply?.rows[0]?.first)
    },
    async close() {
      const open = [control, lookUp, upkeep.connection, upkeep.committer, ...committers]
      await Promise.all(open.map((each) => each.close()))
    },
  }
}

async function enter(control: Connection, name: string, clock: Clock): Promise<Node> {
  try {
    return await Node.enter(control, name, clock)
  } catch (error) {
    await control.close()
    const translated = translatedPostgres(error)
    if (translated instanceof StorageError) throw translated
    throw new StorageError('failed', `PostgreSQL: ${(error as Error).message}`, error)
  }
}
