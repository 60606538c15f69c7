/** Calls: found by time, interface, result or their own name; one row opens its whole story. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Call } from '../../api-types.ts'
import { useQuery } from '../../navigation.ts'
import { Card, Page } from '../../parts/page.tsx'
import { ResultMark } from '../../parts/result-mark.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Mark, Moment, PageLink } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { CallFilters, ElementSearch, type Sought } from './call-filters.tsx'
import { CallStoryDialog } from './call-story.tsx'
import { conditionsOf, filtersOf, queryOf } from './filters.ts'

const US_PER_MS = 1_000

export function CallsPage() {
  const asked = useQuery()
  // A link to this page from itself begins anew.
  return <Calls key={asked.toString()} asked={asked} />
}

function Calls({ asked }: { readonly asked: URLSearchParams }) {
  const { texts } = usePreferences()
  const { calls } = texts
  const scoped = useScoped()
  const [filters, setFilters] = useState(() => filtersOf(asked))
  const [nowMs] = useState(() => Date.now())
  const [sought, setSought] = useState<Sought>()
  const [opened, setOpened] = useState(asked.get('call') ?? undefined)
  const query = queryOf(filters, nowMs)
  const listing = useList<Call>(
    scoped(sought === undefined ? `/api/admin/calls${query}` : '/api/admin/calls/search'),
    sought && { ...conditionsOf(filters, nowMs), ...sought },
  )
  const csv = <a href={scoped(`/api/admin/calls.csv${query}`)}>{texts.statements.csv}</a>
  const columns: readonly Column<Call>[] = [
    { title: calls.at, cell: ({ atMs }) => <Moment ms={atMs} /> },
    {
      title: calls.api,
      cell: ({ api, mode }) => (
        <>
          <code>{api}</code>
          <small className="under">{texts.modes[mode]}</small>
        </>
      ),
    },
    { title: calls.result, cell: ({ result }) => <ResultMark result={result} /> },
    { title: calls.charge, cell: (call) => <Charge of={call} /> },
    {
      title: calls.latency,
      numeric: true,
      cell: ({ latencyUs }) => `${(latencyUs / US_PER_MS).toFixed(1)} ms`,
    },
    {
      title: calls.name,
      cell: ({ requestId, sequenceCode }) => (
        <>
          <Button
            type="link"
            size="small"
            className="call-name"
            onClick={() => setOpened(requestId)}
          >
            {requestId}
          </Button>
          <small className="under">{sequenceCode}</small>
        </>
      ),
    },
  ]
  return (
    <Page title={calls.title} hint={calls.hint} action={csv}>
      <Card>
        <CallFilters of={filters} onChange={setFilters} onName={setOpened} />
        <ElementSearch of={sought} onSeek={setSought} />
        <ListTable
          label={calls.title}
          columns={columns}
          listing={listing}
          keyOf={({ requestId }) => requestId}
          empty={calls.empty}
          emptyAction={<PageLink to="/">{texts.overview.tryIt}</PageLink>}
        />
      </Card>
      {opened !== undefined && (
        <CallStoryDialog name={opened} onClose={() => setOpened(undefined)} />
      )}
    </Page>
  )
}

/** Whether a call cost a unit, and whether the unit was given back. */
function Charge({ of: { grantId, reversed } }: { readonly of: Call }) {
  const { texts } = usePreferences()
  if (grantId === undefined) return <Mark tone="plain">{texts.explorer.free}</Mark>
  if (reversed) return <Mark tone="plain">{texts.calls.reversed}</Mark>
  return <Mark tone="busy">{texts.explorer.charged}</Mark>
}
