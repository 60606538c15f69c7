/** What the admin API tells of a node's health. */

export interface Health {
  readonly node: string
  readonly version: string
  readonly runtime: string
  readonly readiness: string
  readonly lastCommitAgeMs: number
  readonly loopLagMs: number
  readonly clockAheadMs: number
  readonly queued: number
  readonly queueAgeUs: number
  readonly diskFreeBytes: number
  readonly diskBytes: number
  readonly engine: 'sqlite' | 'postgres'
  readonly schemaVersion: number
  readonly damage?: string
  readonly seal: number
  readonly nodes: readonly NodeState[]
  readonly jobs: readonly { readonly name: string; readonly ranAtMs: number }[]
  readonly jobFailures: Readonly<Record<string, number>>
}

export interface NodeState {
  readonly name: string
  readonly state: string
}
