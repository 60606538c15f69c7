/** The requests to vendors that a call made: for staff, who pay them. */
import type { Attempt } from '../../api-types.ts'
import { CALLS_TEXTS } from '../../locale/pages/calls.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { useTexts } from '../../preferences.ts'

const CENTIFEN_PER_YUAN = 10_000

export function CallAttempts({ of }: { readonly of: readonly Attempt[] }) {
  const story = useTexts(CALLS_TEXTS)
  const { attempt: titles, attemptStates } = story
  const columns: readonly Column<Attempt>[] = [
    {
      title: titles.route,
      cell: ({ route, vendor }) => (
        <>
          {route} <small className="under">{vendor}</small>
        </>
      ),
    },
    { title: titles.phase, cell: ({ phase }) => phase || '—' },
    {
      title: titles.code,
      cell: ({ code, reference }) => (
        <>
          <code>{code || '—'}</code>
          {reference !== '' && <small className="under">{reference}</small>}
        </>
      ),
    },
    { title: titles.state, cell: ({ state }) => attemptStates[state] },
    {
      title: titles.cost,
      numeric: true,
      cell: ({ costCentifen }) => `¥${(costCentifen / CENTIFEN_PER_YUAN).toFixed(4)}`,
    },
    {
      title: titles.took,
      numeric: true,
      cell: ({ atMs, endedAtMs }) => (endedAtMs === undefined ? '—' : `${endedAtMs - atMs} ms`),
    },
  ]
  return (
    <div className="block">
      <h3>{story.attempts}</h3>
      <Table
        label={story.attempts}
        columns={columns}
        items={of}
        keyOf={({ route, atMs }) => `${route} ${atMs}`}
      />
    </div>
  )
}
