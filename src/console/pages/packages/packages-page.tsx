/** Packages: what is left of each, and which is spent first; an operator gives and extends them. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Grant, Overview } from '../../api-types.ts'
import { BurnOrder, GrantTable } from '../../parts/grants.tsx'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { PageLink } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useAdmin, useList } from '../../use-admin.ts'
import { GiveGrant, GrantDialog } from './grant-dialogs.tsx'

export function PackagesPage() {
  const { texts } = usePreferences()
  const { packages } = texts
  const scoped = useScoped()
  const overview = useAdmin<Overview>(scoped('/api/admin/overview'))
  const all = useList<Grant>(scoped('/api/admin/grants'))
  const isOperator = useMay('operator')
  const [opened, setOpened] = useState<Grant | 'new'>()
  const finish = () => {
    setOpened(undefined)
    overview.reload()
    all.reload()
  }
  const spendable = overview.data?.burnOrder ?? []
  const spent = all.items?.filter(({ id }) => spendable.every((grant) => grant.id !== id)) ?? []
  const manage = (grant: Grant) => (
    <Button size="small" onClick={() => setOpened(grant)}>
      {packages.manage}
    </Button>
  )
  const action = isOperator ? manage : undefined
  const give = isOperator ? (
    <Button type="primary" onClick={() => setOpened('new')}>
      {packages.give}
    </Button>
  ) : (
    <PageLink to="/plans">{texts.orders.buy}</PageLink>
  )
  return (
    <Page title={packages.title} hint={packages.hint} action={give}>
      <ProblemNote problem={overview.problem ?? all.problem} onRetry={finish} />
      {overview.data?.burnOrder.length === 0 && (
        <Card>
          <Empty action={<PageLink to="/plans">{texts.orders.buy}</PageLink>}>
            {packages.empty}
          </Empty>
        </Card>
      )}
      <BurnOrder grants={spendable} action={action} />
      {overview.data !== undefined && spent.length > 0 && (
        <Card title={packages.spent}>
          <GrantTable label={packages.spent} grants={spent} action={action} />
        </Card>
      )}
      {opened === 'new' && <GiveGrant onClose={() => setOpened(undefined)} onDone={finish} />}
      {opened !== undefined && opened !== 'new' && (
        <GrantDialog grant={opened} onClose={() => setOpened(undefined)} onDone={finish} />
      )}
    </Page>
  )
}
