/** How the system is: the node, its store, the jobs, and whether the ledger holds. */
import { Alert, Button } from 'antd'
import { HEALTH_TEXTS } from '../../locale/pages/health.ts'
import { count } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { readableBytes } from '../../parts/readable-bytes.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts, Mark } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'
import type { Health, NodeState } from './health-types.ts'
import { Jobs } from './jobs.tsx'
import { LedgerProof } from './ledger-proof.tsx'

const US_A_MS = 1_000
/** From here on the service itself takes the clock for wrong. */
const CLOCK_AHEAD_MS_MAX = 60_000
const DISK_FREE_SHARE_MIN = 0.1
const ENGINES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const

export function HealthPage() {
  const { texts } = usePreferences()
  const words = useTexts(HEALTH_TEXTS)
  const { data, problem, reload } = useAdmin<Health>('/api/admin/health')
  return (
    <Page
      title={words.title}
      hint={words.hint}
      action={<Button onClick={reload}>{words.again}</Button>}
    >
      <ProblemNote problem={problem} onRetry={reload} />
      {data === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
      {data !== undefined && (
        <>
          <NodeCard health={data} />
          <StoreCard health={data} />
        </>
      )}
      <LedgerProof />
      {data !== undefined && <Jobs health={data} />}
    </Page>
  )
}

function NodeCard({ health }: { readonly health: Health }) {
  const words = useTexts(HEALTH_TEXTS)
  const { readiness, clockAheadMs, loopLagMs } = health
  const why = words.readiness[readiness] ?? readiness
  return (
    <Card
      title={words.node}
      action={
        readiness === 'ready' ? (
          <Mark tone="good">{words.ready}</Mark>
        ) : (
          <Mark tone="bad">{words.notReady + why}</Mark>
        )
      }
    >
      {clockAheadMs > CLOCK_AHEAD_MS_MAX && (
        <Alert className="note" showIcon type="error" title={words.clockBad} />
      )}
      <Facts
        rows={[
          [words.name, <b key="name">{health.node}</b>],
          [words.version, `Kayan ${health.version}`],
          [words.runtime, health.runtime],
          [words.loopLag, inMs(loopLagMs)],
          [words.clock, inMs(clockAheadMs)],
        ]}
      />
    </Card>
  )
}

function StoreCard({ health }: { readonly health: Health }) {
  const words = useTexts(HEALTH_TEXTS)
  const { damage, queued, queueAgeUs, diskFreeBytes, diskBytes, seal, nodes } = health
  const waits = queued > 0 && ` · ${words.oldest(count(Math.round(queueAgeUs / US_A_MS)))}`
  const columns: readonly Column<NodeState>[] = [
    { title: words.name, cell: ({ name }) => <b>{name}</b> },
    {
      title: words.state,
      cell: ({ state }) => (
        <Mark tone={state === 'running' ? 'good' : 'plain'}>
          {words.nodeStates[state] ?? state}
        </Mark>
      ),
    },
  ]
  return (
    <Card
      title={words.store}
      action={
        damage === undefined ? (
          <Mark tone="good">{words.intact}</Mark>
        ) : (
          <Mark tone="bad">{words.damaged}</Mark>
        )
      }
    >
      {damage !== undefined && <Alert className="note" showIcon type="error" title={damage} />}
      {diskFreeBytes < diskBytes * DISK_FREE_SHARE_MIN && (
        <Alert className="note" showIcon type="warning" title={words.diskLow} />
      )}
      <Facts
        rows={[
          [words.engine, ENGINES[health.engine]],
          [words.schema, health.schemaVersion],
          [
            words.queue,
            <>
              {count(queued)}
              {waits}
            </>,
          ],
          [words.lastCommit, inMs(health.lastCommitAgeMs)],
          [words.disk, `${readableBytes(diskFreeBytes)} / ${readableBytes(diskBytes)}`],
          [words.seal, seal === 0 ? words.unsealed : count(seal)],
        ]}
      />
      {nodes.length > 0 && (
        <Table label={words.nodes} columns={columns} items={nodes} keyOf={({ name }) => name} />
      )}
    </Card>
  )
}

function inMs(durationMs: number): string {
  // What rounds to nothing from below is nothing.
  return `${count(Math.round(durationMs) || 0)} ms`
}
