/** The import of a file: uploaded in pieces, then watched, stopped and taken up again. */
import { Button } from 'antd'
import { useEffect, useId, useRef, useState } from 'react'
import { AdminError, ask, type Problem } from '../../admin-api.ts'
import { REGISTRY_TEXTS } from '../../locale/pages/registry.ts'
import { count } from '../../parts/format.ts'
import { Card } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Facts, Mark, Moment, type Tone } from '../../parts/values.tsx'
import { useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { uploadFile } from '../../upload.ts'
import { useAdmin, useDeed } from '../../use-admin.ts'
import { usePoll } from '../../use-poll.ts'

type State = 'none' | 'running' | 'stopped' | 'done' | 'failed'

interface ImportJob {
  readonly state: State
  readonly startedAtMs?: number
  readonly endedAtMs?: number
  readonly startedBy?: string
  readonly progress?: {
    readonly phase: 'read' | 'write'
    readonly rows: number
    readonly rejected: number
    readonly rowsPerSecond: number
    readonly bytesDone: number
    readonly bytesTotal: number
    readonly secondsLeft?: number
  }
  readonly report?: {
    readonly rows: number
    readonly rejected: number
    readonly added: number
    readonly changed: number
    readonly unchanged: number
    readonly superseded: number
    readonly seconds: number
  }
  readonly problem?: string
  readonly detail?: string
}

const PATH = '/api/admin/registry/import'
const PERCENT = 100
const TONES: Readonly<Record<State, Tone>> = {
  none: 'plain',
  running: 'busy',
  stopped: 'busy',
  done: 'good',
  failed: 'bad',
}

export function ImportCard({ onDone }: { onDone(): void }) {
  const words = useTexts(REGISTRY_TEXTS)
  const isOperator = useMay('operator')
  const { data: job, problem, reload } = useAdmin<ImportJob>(PATH)
  const isRunning = job?.state === 'running'
  usePoll(isRunning, reload)
  const wasRunning = useRef(false)
  useEffect(() => {
    // What came in shows in the figures as soon as it is in.
    if (wasRunning.current && !isRunning && job !== undefined) onDone()
    if (job !== undefined) wasRunning.current = isRunning
  }, [isRunning, job, onDone])
  return (
    <Card title={words.importTitle}>
      <p className="quiet">{words.importHint}</p>
      <ProblemNote problem={problem} onRetry={reload} />
      {job !== undefined && job.state !== 'none' && <Job job={job} onChange={reload} />}
      {isOperator && job !== undefined && !isRunning && <Upload onBegun={reload} />}
    </Card>
  )
}

function Job({ job, onChange }: { readonly job: ImportJob; onChange(): void }) {
  const words = useTexts(REGISTRY_TEXTS)
  const isOperator = useMay('operator')
  const { busy, problem, run } = useDeed()
  const act = (method: 'POST' | 'DELETE', step: string) => async () => {
    if ((await run(method, PATH + step)) !== undefined) onChange()
  }
  const { state, report, progress } = job
  const rejected = report?.rejected ?? progress?.rejected ?? 0
  return (
    <div className="block" role="status">
      <p className="row">
        <Mark tone={TONES[state]}>{words.states[state]}</Mark>
        {progress !== undefined && <span>{words.phases[progress.phase]}</span>}
        {job.problem !== undefined && (
          <span>
            {words.reasons[job.problem] ?? job.problem}
            {job.detail}
          </span>
        )}
      </p>
      {progress !== undefined && <Progress of={progress} />}
      <Facts rows={useFacts(job)} />
      <ProblemNote problem={problem} />
      <div className="row">
        {isOperator && state === 'running' && (
          <Button danger loading={busy} onClick={act('POST', '/stop')}>
            {words.stop}
          </Button>
        )}
        {isOperator && state === 'stopped' && (
          <>
            <Button type="primary" loading={busy} onClick={act('POST', '/resume')}>
              {words.resume}
            </Button>
            <Button danger disabled={busy} onClick={act('DELETE', '')}>
              {words.discard}
            </Button>
          </>
        )}
        {isOperator && (state === 'failed' || state === 'done') && (
          <Button loading={busy} onClick={act('DELETE', '')}>
            {words.clear}
          </Button>
        )}
        {state === 'done' && rejected > 0 && (
          <a href={`${PATH}/rejected.csv`} download="rejected.csv">
            {words.download}
          </a>
        )}
      </div>
    </div>
  )
}

function Progress({ of: progress }: { readonly of: NonNullable<ImportJob['progress']> }) {
  const words = useTexts(REGISTRY_TEXTS)
  const { bytesDone, bytesTotal } = progress
  const percent = bytesTotal === 0 ? 0 : Math.floor((PERCENT * bytesDone) / bytesTotal)
  return (
    <p>
      <progress aria-label={words.states.running} value={percent} max={PERCENT} /> {percent}%
    </p>
  )
}

function useFacts({ startedAtMs, endedAtMs, startedBy, progress, report }: ImportJob) {
  const words = useTexts(REGISTRY_TEXTS)
  const rows: (readonly [string, React.ReactNode])[] = []
  if (startedAtMs !== undefined) rows.push([words.at, <Moment key="at" ms={startedAtMs} />])
  if (endedAtMs !== undefined) rows.push([words.ended, <Moment key="ended" ms={endedAtMs} />])
  if (startedBy !== undefined) rows.push([words.by, startedBy])
  const counts = report ?? progress
  if (counts !== undefined) {
    rows.push([words.rows, count(counts.rows)], [words.rejected, count(counts.rejected)])
  }
  if (progress !== undefined) {
    rows.push([words.rate, count(Math.round(progress.rowsPerSecond))])
    const { secondsLeft } = progress
    if (secondsLeft !== undefined) rows.push([words.left, count(Math.ceil(secondsLeft))])
  }
  if (report !== undefined) {
    rows.push([words.added, count(report.added)], [words.changed, count(report.changed)])
    rows.push([words.unchanged, count(report.unchanged)])
    rows.push([words.superseded, count(report.superseded)])
    rows.push([words.seconds, report.seconds.toFixed(1)])
  }
  return rows
}

function Upload({ onBegun }: { onBegun(): void }) {
  const words = useTexts(REGISTRY_TEXTS)
  const id = useId()
  const [file, setFile] = useState<File>()
  const [percent, setPercent] = useState<number>()
  const [problem, setProblem] = useState<Problem>()
  const send = async () => {
    if (file === undefined) return
    setProblem(undefined)
    setPercent(0)
    try {
      const uploadId = await uploadFile(file, (bytes) =>
        setPercent(Math.floor((PERCENT * bytes) / file.size)),
      )
      await ask('POST', PATH, { uploadId })
      setFile(undefined)
      onBegun()
    } catch (error) {
      setProblem(error instanceof AdminError ? error.problem : { error: 'unreachable' })
    } finally {
      setPercent(undefined)
    }
  }
  const isSending = percent !== undefined
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div className="form-field">
        <label htmlFor={id}>{words.file}</label>
        <input
          id={id}
          type="file"
          accept=".csv,.txt,text/csv"
          required
          disabled={isSending}
          onChange={(event) => setFile(event.target.files?.[0])}
        />
      </div>
      <ProblemNote problem={problem} />
      <Button type="primary" htmlType="submit" loading={isSending}>
        {isSending ? words.sending(percent) : words.begin}
      </Button>
    </form>
  )
}
