/** Policies: which routes an account's verifications take, in which order and for how long. */
import { Button } from 'antd'
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { count } from '../../parts/format.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Id } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { ALL_ACCOUNTS, useMay } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'
import { Passages } from './passages.tsx'
import type { VendorTabProps } from './routes-tab.tsx'
import { SetPolicy } from './set-policy.tsx'
import { EVERY_ACCOUNT, POLICIES_PATH, type Policy } from './vendor-types.ts'

export function PoliciesTab({ vendors, onChange }: VendorTabProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const isOperator = useMay('operator')
  const { problem, run } = useDeed()
  const [isOpen, setIsOpen] = useState(false)
  const remove = async ({ accountId }: Policy) => {
    const path = `${POLICIES_PATH}?accountId=${accountId || ALL_ACCOUNTS}`
    if ((await run('DELETE', path)) !== undefined) onChange()
  }
  const columns = usePolicyColumns()
  const acts: Column<Policy> = {
    title: texts.action,
    cell: (policy) => (
      <Button size="small" danger onClick={() => remove(policy)}>
        {words.remove}
      </Button>
    ),
  }
  const add = isOperator && (
    <Button type="primary" onClick={() => setIsOpen(true)}>
      {words.addPolicy}
    </Button>
  )
  return (
    <>
      <Card title={words.tabs.policies} action={add}>
        <p className="quiet">{words.policyHint}</p>
        <ProblemNote problem={problem} />
        {vendors.policies.length === 0 && <Empty>{words.noPolicies}</Empty>}
        {vendors.policies.length > 0 && (
          <Table
            label={words.tabs.policies}
            columns={isOperator ? [...columns, acts] : columns}
            items={vendors.policies}
            keyOf={({ accountId }) => accountId}
          />
        )}
        {isOpen && (
          <SetPolicy
            vendors={vendors}
            onClose={() => setIsOpen(false)}
            onChange={() => {
              setIsOpen(false)
              onChange()
            }}
          />
        )}
      </Card>
      <Passages vendors={vendors} onChange={onChange} />
    </>
  )
}

function usePolicyColumns(): readonly Column<Policy>[] {
  const words = useTexts(VENDOR_TEXTS)
  return [
    {
      title: words.account,
      cell: ({ accountId }) =>
        accountId === EVERY_ACCOUNT ? <b>{words.everyAccount}</b> : <Id>{accountId}</Id>,
    },
    { title: words.routesUsed, cell: ({ routes }) => routes?.join(', ') ?? words.everyRoute },
    { title: words.prefer, cell: ({ prefer }) => words.prefers[prefer] },
    {
      title: words.timeout,
      numeric: true,
      cell: ({ totalTimeoutMs }) => count(totalTimeoutMs),
    },
    { title: words.doublePay, numeric: true, cell: ({ doublePayShare }) => count(doublePayShare) },
  ]
}
