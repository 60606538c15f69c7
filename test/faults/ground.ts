/** On what the faults of vendors are played: each engine of the store, with the nodes that it bears. */
import { postgresPrograms, startPostgres } from '../support/postgres.ts'
import { endOf, type SuiteEnd } from './suite.ts'

export interface Ground {
  /** As a line begins that tells of it. */
  readonly name: string
  readonly nodes: number
  /** Makes an empty database for a stage; absent where the store is SQLite. */
  readonly createDatabase?: () => Promise<string>
}

export const SQLITE: Ground = { name: 'SQLite', nodes: 1 }

/** What one ground came to. */
export interface Play {
  readonly ground: Ground
  readonly print: (line: string) => void
}

export interface Wish {
  readonly print: (line: string) => void
  /** Nodes on one PostgreSQL. */
  readonly nodes: number
  /** Said when nothing was found on either. */
  readonly held: string
  /** One after the other: the machine has enough to do with each. */
  readonly isBusy?: true
}

/**
 * Plays on SQLite and on PostgreSQL, at the same time where most of it is waiting; every line and every
 * finding begins with the ground. Without PostgreSQL what SQLite held is skipped, with the reason.
 */
export async function onEachGround(
  { print, nodes, held, isBusy }: Wish,
  play: (play: Play) => Promise<readonly string[]>,
): Promise<SuiteEnd> {
  const playOn = async (ground: Ground) => {
    const said = (line: string) => `${ground.name}: ${line}`
    return (await play({ ground, print: (line) => print(said(line)) })).map(said)
  }
  if (postgresPrograms() === undefined) {
    const findings = await playOn(SQLITE)
    return findings.length > 0 ? { findings } : { skipped: 'PostgreSQL is not installed' }
  }
  const server = await startPostgres({ durable: true })
  try {
    const name = nodes === 1 ? 'PostgreSQL' : `PostgreSQL, ${nodes} nodes`
    const shared: Ground = { name, nodes, createDatabase: () => server.createDatabase() }
    const first = playOn(SQLITE)
    if (isBusy) await first
    const findings = await Promise.all([first, playOn(shared)])
    return endOf(findings.flat(), held)
  } finally {
    await server.stop()
  }
}
