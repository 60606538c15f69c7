/** How the system is: what it says of itself, and what the register holds. */
import { Button } from 'antd'
import { count } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Facts } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'

type Readings = Readonly<Record<string, unknown>>

export function HealthPage() {
  const { health } = usePreferences().texts
  const rowsOf = useRows()
  const system = useAdmin<Readings>('/api/admin/health')
  const registry = useAdmin<Readings>('/api/admin/registry')
  const reload = () => {
    system.reload()
    registry.reload()
  }
  return (
    <Page
      title={health.title}
      hint={health.hint}
      action={<Button onClick={reload}>{health.again}</Button>}
    >
      <ProblemNote problem={system.problem ?? registry.problem} onRetry={reload} />
      {system.data !== undefined && (
        <Card title={health.system}>
          <Facts rows={rowsOf(system.data)} />
        </Card>
      )}
      {registry.data !== undefined && (
        <Card title={health.registry}>
          <Facts rows={rowsOf(registry.data)} />
        </Card>
      )}
    </Page>
  )
}

/** The words for each reading, and the reading; nested ones come under the name of their group. */
function useRows(): (readings: Readings) => (readonly [string, string])[] {
  const { names, yes, no } = usePreferences().texts.health
  const shown = (value: unknown): string => {
    if (typeof value === 'number') return count(Math.round(value))
    if (typeof value === 'boolean') return value ? yes : no
    return value === '' ? '—' : String(value)
  }
  const nameOf = (name: string) =>
    Object.hasOwn(names, name) ? names[name as keyof typeof names] : name
  const rowsOf = (readings: Readings, group = ''): (readonly [string, string])[] =>
    Object.entries(readings).flatMap(([name, value]) =>
      typeof value === 'object' && value !== null
        ? rowsOf(value as Readings, `${nameOf(name)} · `)
        : [[group + nameOf(name), shown(value)] as const],
    )
  return rowsOf
}
