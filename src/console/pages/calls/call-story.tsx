/** The story of one call: what was asked, what came of it, what it cost, and what to do next. */
import type { CallStory, Entry } from '../../api-types.ts'
import { CALLS_TEXTS } from '../../locale/pages/calls.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { ResultMark } from '../../parts/result-mark.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts, Id, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'
import { CallAdvice } from './call-advice.tsx'
import { CallAttempts } from './call-attempts.tsx'
import { CallRequest } from './call-request.tsx'
import { CallSteps } from './call-steps.tsx'

const US_PER_MS = 1_000

interface CallStoryDialogProps {
  /** RequestId or seqNo. */
  readonly name: string
  onClose(): void
}

export function CallStoryDialog({ name, onClose }: CallStoryDialogProps) {
  const { texts } = usePreferences()
  const path = `/api/admin/calls/${encodeURIComponent(name)}`
  const { data, problem, reload } = useAdmin<CallStory>(path)
  return (
    <Dialog title={texts.calls.story} onClose={onClose} wide>
      <ProblemNote problem={problem} onRetry={reload} />
      {data === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
      {data !== undefined && <Story of={data} />}
    </Dialog>
  )
}

function Story({ of: call }: { readonly of: CallStory }) {
  const { entries, attempts } = call
  const { texts } = usePreferences()
  const story = useTexts(CALLS_TEXTS)
  const { calls } = texts
  return (
    <>
      <Facts
        rows={[
          ['RequestId', <Id key="id">{call.requestId}</Id>],
          ['seqNo', <Id key="sequence">{call.sequenceCode}</Id>],
          [calls.at, <Moment key="at" ms={call.atMs} />],
          [calls.result, <ResultMark key="result" result={call.result} />],
          [calls.api, <code key="api">{call.api}</code>],
          [calls.key, <Id key="key">{call.keyId}</Id>],
          [
            calls.source,
            call.source === '' ? calls.unasked : (story.sources[call.source] ?? call.source),
          ],
          [calls.latency, `${(call.latencyUs / US_PER_MS).toFixed(1)} ms`],
          [
            calls.rule,
            call.grantId === undefined
              ? calls.costless(call.ruleVersion)
              : calls.billable(call.ruleVersion),
          ],
        ]}
      />
      <CallAdvice of={call} />
      <CallSteps of={call} />
      <CallRequest of={call} />
      {attempts !== undefined && attempts.length > 0 && <CallAttempts of={attempts} />}
      {entries.length > 0 ? <Entries of={entries} /> : <p className="quiet">{story.noEntries}</p>}
      {call.answer !== '' && (
        <div className="block">
          <h3>{calls.answer}</h3>
          <pre className="code">{call.answer}</pre>
        </div>
      )}
    </>
  )
}

function Entries({ of }: { readonly of: readonly Entry[] }) {
  const { calls } = usePreferences().texts
  const columns: readonly Column<Entry>[] = [
    { title: calls.at, cell: ({ atMs }) => <Moment ms={atMs} /> },
    {
      title: calls.entry,
      cell: ({ kind, reason }) => (
        <>
          {Object.hasOwn(calls.entries, kind)
            ? calls.entries[kind as keyof typeof calls.entries]
            : kind}
          {reason !== '' && <small className="under">{reason}</small>}
        </>
      ),
    },
    { title: calls.grant, cell: ({ grantId }) => `#${grantId}` },
    { title: calls.entryId, cell: ({ id }) => id },
  ]
  return (
    <div className="block">
      <h3>{calls.ledger}</h3>
      <Table label={calls.ledger} columns={columns} items={of} keyOf={({ id }) => id} />
    </div>
  )
}
