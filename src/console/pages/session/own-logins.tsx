/** One's own sessions, each of which can be ended, and the latest logins under one's name. */
import { Button } from 'antd'
import { USERS_TEXTS } from '../../locale/pages/users.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Mark, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { SESSION_PATH } from '../../session.ts'
import { useAdmin, useDeed } from '../../use-admin.ts'

interface OwnSession {
  readonly id: string
  readonly beganAtMs: number
  readonly seenAtMs: number
  readonly network: string
  readonly isThis: boolean
}

interface LoginEvent {
  readonly atMs: number
  readonly network: string
  readonly kind: 'begun' | 'failed'
}

interface Logins {
  readonly sessions: readonly OwnSession[]
  readonly events: readonly LoginEvent[]
}

const PATH = `${SESSION_PATH}/logins`

export function OwnLogins() {
  const own = useTexts(USERS_TEXTS)
  const { data, problem, reload } = useAdmin<Logins>(PATH)
  return (
    <>
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && <Sessions of={data.sessions} onEnded={reload} />}
      {data !== undefined && (
        <Card title={own.events}>
          <Events of={data.events} />
        </Card>
      )}
    </>
  )
}

function Sessions({ of, onEnded }: { readonly of: readonly OwnSession[]; onEnded(): void }) {
  const { texts } = usePreferences()
  const own = useTexts(USERS_TEXTS)
  const { busy, problem, run } = useDeed()
  const end = async (id: string) => {
    if ((await run('DELETE', `${PATH}/${id}`)) !== undefined) onEnded()
  }
  const columns: readonly Column<OwnSession>[] = [
    { title: own.began, cell: ({ beganAtMs }) => <Moment ms={beganAtMs} /> },
    { title: own.seen, cell: ({ seenAtMs }) => <Moment ms={seenAtMs} /> },
    { title: own.from, cell: ({ network }) => placeOf(network) || own.unknown },
    {
      title: texts.action,
      cell: ({ id, isThis }) =>
        isThis ? (
          <Mark tone="good">{own.here}</Mark>
        ) : (
          <Button size="small" danger disabled={busy} onClick={() => end(id)}>
            {own.end}
          </Button>
        ),
    },
  ]
  return (
    <Card title={own.sessions}>
      <ProblemNote problem={problem} />
      <Table label={own.sessions} columns={columns} items={of} keyOf={({ id }) => id} />
    </Card>
  )
}

function Events({ of }: { readonly of: readonly LoginEvent[] }) {
  const own = useTexts(USERS_TEXTS)
  const columns: readonly Column<LoginEvent>[] = [
    { title: own.at, cell: ({ atMs }) => <Moment ms={atMs} /> },
    {
      title: own.what,
      cell: ({ kind }) => <Mark tone={kind === 'begun' ? 'good' : 'bad'}>{own.kinds[kind]}</Mark>,
    },
    { title: own.from, cell: ({ network }) => placeOf(network) || own.unknown },
  ]
  if (of.length === 0) return <Empty>{own.noEvents}</Empty>
  const keyOf = ({ atMs, kind, network }: LoginEvent) => `${atMs} ${kind} ${network}`
  return (
    <>
      <p className="quiet">{own.eventsHint}</p>
      <Table label={own.events} columns={columns} items={of} keyOf={keyOf} />
    </>
  )
}

/** A network of IPv6 is kept as the digits of its first half. */
function placeOf(network: string): string {
  if (!/^[0-9a-f]{16}$/.test(network)) return network
  const groups = network.match(/.{4}/g) ?? []
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
