/** What the service does by itself: when each job last ran, and how often it failed here. */
import { HEALTH_TEXTS } from '../../locale/pages/health.ts'
import { count } from '../../parts/format.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Mark, Moment } from '../../parts/values.tsx'
import { useTexts } from '../../preferences.ts'
import type { Health } from './health-types.ts'

interface JobRow {
  readonly name: string
  readonly ranAtMs?: number
  readonly failures: number
}

export function Jobs({ health: { jobs, jobFailures } }: { readonly health: Health }) {
  const words = useTexts(HEALTH_TEXTS)
  const ran = new Map(jobs.map(({ name, ranAtMs }) => [name, ranAtMs]))
  const names = [...new Set([...ran.keys(), ...Object.keys(jobFailures)])].sort()
  const rows = names.map((name): JobRow => {
    const ranAtMs = ran.get(name)
    return { name, failures: jobFailures[name] ?? 0, ...(ranAtMs !== undefined && { ranAtMs }) }
  })
  const columns: readonly Column<JobRow>[] = [
    {
      title: words.job,
      cell: ({ name }) => (
        <>
          {words.jobNames[name] ?? name} <code className="quiet">{name}</code>
        </>
      ),
    },
    { title: words.ran, cell: ({ ranAtMs }) => <Moment ms={ranAtMs} /> },
    {
      title: words.failures,
      numeric: true,
      cell: ({ failures }) => (failures === 0 ? '0' : <Mark tone="bad">{count(failures)}</Mark>),
    },
  ]
  return (
    <Card title={words.jobs}>
      <p className="quiet">{words.jobsHint}</p>
      {rows.length === 0 && <Empty>{words.noJobs}</Empty>}
      {rows.length > 0 && (
        <Table label={words.jobs} columns={columns} items={rows} keyOf={({ name }) => name} />
      )}
    </Card>
  )
}
