/** How the system is: what it says of itself, and what the register holds. */
import { Button } from 'antd'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Facts } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'

type Readings = Readonly<Record<string, unknown>>

export function HealthPage() {
  const { health } = usePreferences().texts
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

/** Every reading under its own name, nested ones dotted. */
function rowsOf(readings: Readings, prefix = ''): (readonly [string, string])[] {
  return Object.entries(readings).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? rowsOf(value as Readings, `${prefix}${name}.`)
      : [[prefix + name, String(value)] as const],
  )
}
