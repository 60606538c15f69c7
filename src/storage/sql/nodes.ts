/** The nodes that share a database, as each of them has last shown that it lives. */
import { sql } from 'kysely'
import type { SqlEngine } from './engine.ts'

export interface NodeRow {
  readonly name: string
  readonly state: string
}

const NODES_MAX = 50

/** The newest start of each name; of an embedded store, which has one node alone, none. */
export async function readNodes({ name, queries }: SqlEngine): Promise<readonly NodeRow[]> {
  if (name === 'sqlite') return []
  const { rows } = await sql<NodeRow>`
    select distinct on (name) name, state from node order by name, id desc limit ${NODES_MAX}
  `.execute(queries)
  return rows
}
