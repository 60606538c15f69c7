/** The proof of the ledger: begun by a click, watched, and kept with when it last held. */
import { Alert, Button } from 'antd'
import { HEALTH_TEXTS } from '../../locale/pages/health.ts'
import { count } from '../../parts/format.ts'
import { Card } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts, Id, Mark, Moment } from '../../parts/values.tsx'
import { useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useAdmin, useDeed } from '../../use-admin.ts'
import { usePoll } from '../../use-poll.ts'

interface Check {
  readonly id: string
  readonly ok: boolean
  readonly bad: number
  readonly firstBad: readonly string[]
}

interface Proof {
  readonly atMs: number
  readonly tookMs: number
  readonly holds: boolean
  readonly checks: readonly Check[]
  readonly unknowns: number
}

interface ProofState {
  readonly running: boolean
  readonly couldNotRun: boolean
  readonly last?: Proof
  readonly heldAtMs?: number
}

const PATH = '/api/admin/ledger/proof'

export function LedgerProof() {
  const words = useTexts(HEALTH_TEXTS)
  const isOperator = useMay('operator')
  const { data, problem, reload } = useAdmin<ProofState>(PATH)
  const { busy, problem: refusal, run } = useDeed()
  const isRunning = data?.running === true
  usePoll(isRunning, reload)
  const prove = async () => {
    if ((await run('POST', PATH)) !== undefined) reload()
  }
  const action = isOperator && (
    <Button type="primary" loading={busy || isRunning} onClick={prove}>
      {isRunning ? words.proving : words.prove}
    </Button>
  )
  return (
    <Card title={words.proof} action={action}>
      <p className="quiet">{words.proofHint}</p>
      <ProblemNote problem={problem ?? refusal} onRetry={reload} />
      <div role="status">
        {isRunning && <p>{words.proving}</p>}
        {data?.couldNotRun && (
          <Alert className="note" showIcon type="warning" title={words.couldNotRun} />
        )}
        {data !== undefined && data.last === undefined && !isRunning && <p>{words.never}</p>}
        {data?.last !== undefined && <Found proof={data.last} heldAtMs={data.heldAtMs} />}
      </div>
    </Card>
  )
}

interface FoundProps {
  readonly proof: Proof
  readonly heldAtMs: number | undefined
}

function Found({ proof, heldAtMs }: FoundProps) {
  const words = useTexts(HEALTH_TEXTS)
  const columns: readonly Column<Check>[] = [
    {
      title: words.check,
      cell: ({ id }) => (
        <>
          <b>{id}</b> {words.checks[id]}
        </>
      ),
    },
    {
      title: words.verdict,
      cell: ({ ok, bad }) =>
        ok ? (
          <Mark tone="good">{words.ok}</Mark>
        ) : (
          <Mark tone="bad">
            {words.fail} · {count(bad)}
          </Mark>
        ),
    },
  ]
  const places: Column<Check> = {
    title: words.first,
    cell: ({ firstBad }) => (
      <span className="wrapped">
        {firstBad.map((place) => (
          <Id key={place}>{place}</Id>
        ))}
      </span>
    ),
  }
  return (
    <>
      <Alert
        className="note"
        showIcon
        type={proof.holds ? 'success' : 'error'}
        title={proof.holds ? words.holds : words.broken}
      />
      <Facts
        rows={[
          [words.provedAt, <Moment key="at" ms={proof.atMs} />],
          [words.took, `${count(proof.tookMs)} ms`],
          [words.heldAt, <Moment key="held" ms={heldAtMs} />],
          [words.unknowns, count(proof.unknowns)],
        ]}
      />
      <Table
        label={words.proof}
        columns={proof.holds ? columns : [...columns, places]}
        items={proof.checks}
        keyOf={({ id }) => id}
      />
    </>
  )
}
