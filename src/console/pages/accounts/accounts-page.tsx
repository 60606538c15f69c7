/** The operator's customers: their states, and the way to what is theirs. */
import { Button } from 'antd'
import { useState } from 'react'
import type { AccountState, AccountSummary } from '../../api-types.ts'
import { count } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment } from '../../parts/values.tsx'
import { usePreferences } from '../../preferences.ts'
import { useMay, useSession } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { CreateAccount, SetState } from './account-dialogs.tsx'

export function AccountsPage() {
  const { texts } = usePreferences()
  const { accounts } = texts
  const { chooseAccount, accountId } = useSession()
  const isOperator = useMay('operator')
  const listing = useList<AccountSummary>('/api/admin/accounts')
  const [opened, setOpened] = useState<AccountSummary | 'new'>()
  const finish = () => {
    setOpened(undefined)
    listing.reload()
  }
  const create = isOperator && (
    <Button type="primary" onClick={() => setOpened('new')}>
      {accounts.create}
    </Button>
  )
  const columns: readonly Column<AccountSummary>[] = [
    {
      title: accounts.name,
      cell: ({ id, name }) => (
        <>
          <b>{name}</b>
          <small className="under">
            <Id>{id}</Id>
          </small>
        </>
      ),
    },
    { title: accounts.state, cell: ({ state }) => <StateMark state={state} /> },
    {
      title: accounts.rate,
      numeric: true,
      cell: ({ ratePerSecond }) => count(ratePerSecond),
    },
    { title: accounts.created, cell: ({ createdAtMs }) => <Moment ms={createdAtMs} /> },
    {
      title: texts.action,
      cell: (account) => (
        <div className="row">
          {account.id === accountId ? (
            <Mark tone="busy">{accounts.chosen}</Mark>
          ) : (
            <Button size="small" onClick={() => chooseAccount(account.id)}>
              {accounts.choose}
            </Button>
          )}
          {isOperator && account.state !== 'closed' && (
            <Button size="small" onClick={() => setOpened(account)}>
              {accounts.setState}
            </Button>
          )}
        </div>
      ),
    },
  ]
  return (
    <Page title={accounts.title} hint={accounts.hint} action={create}>
      <Card>
        <ListTable
          label={accounts.title}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={accounts.empty}
          emptyAction={create}
        />
      </Card>
      {opened === 'new' && <CreateAccount onClose={() => setOpened(undefined)} onDone={finish} />}
      {opened !== undefined && opened !== 'new' && (
        <SetState account={opened} onClose={() => setOpened(undefined)} onDone={finish} />
      )}
    </Page>
  )
}

function StateMark({ state }: { readonly state: AccountState }) {
  const { accounts } = usePreferences().texts
  return <Mark tone={state === 'active' ? 'good' : 'bad'}>{accounts.states[state]}</Mark>
}
