/** Accounts whose messages that only the vendor can read go there unread, and what that gives up. */
import { Button } from 'antd'
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Form } from '../../parts/form.tsx'
import { Card, Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Id } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { ALL_ACCOUNTS, useMay, useSession } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'
import type { VendorTabProps } from './routes-tab.tsx'

const PATH = '/api/admin/vendors/passages'

export function Passages({ vendors: { passages }, onChange }: VendorTabProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const isOperator = useMay('operator')
  const { problem, run } = useDeed()
  const [isOpen, setIsOpen] = useState(false)
  const end = async (accountId: string) => {
    const done = await run('PUT', `${PATH}?accountId=${accountId}`, { open: false })
    if (done !== undefined) onChange()
  }
  const account: Column<string> = { title: words.account, cell: (id) => <Id>{id}</Id> }
  const acts: Column<string> = {
    title: texts.action,
    cell: (id) => (
      <Button size="small" onClick={() => end(id)}>
        {words.endPassage}
      </Button>
    ),
  }
  const add = isOperator && <Button onClick={() => setIsOpen(true)}>{words.openPassage}</Button>
  return (
    <Card title={words.passages} action={add}>
      <p className="quiet">{words.passagesHint}</p>
      <ProblemNote problem={problem} />
      {passages.length === 0 && <Empty>{words.noPassages}</Empty>}
      {passages.length > 0 && (
        <Table
          label={words.passages}
          columns={isOperator ? [account, acts] : [account]}
          items={passages}
          keyOf={(id) => id}
        />
      )}
      {isOpen && (
        <OpenPassage
          onClose={() => setIsOpen(false)}
          onDone={() => {
            setIsOpen(false)
            onChange()
          }}
        />
      )}
    </Card>
  )
}

/** Asks for the account chosen at the top, and says what protects its cards no longer. */
function OpenPassage({ onClose, onDone }: { onClose(): void; onDone(): void }) {
  const words = useTexts(VENDOR_TEXTS)
  const { accountId = ALL_ACCOUNTS } = useSession()
  const { busy, problem, run } = useDeed()
  const isChosen = accountId !== ALL_ACCOUNTS
  const send = async () => {
    const done = await run('PUT', `${PATH}?accountId=${accountId}`, { open: true })
    if (done !== undefined) onDone()
  }
  return (
    <Dialog title={words.openPassage} onClose={onClose}>
      {isChosen ? (
        <Form send={words.openPassage} busy={busy} problem={problem} fields={[]} onSend={send}>
          <p>
            <Id>{accountId}</Id>
          </p>
          <ul>
            {words.passageCosts.map((cost) => (
              <li key={cost}>{cost}</li>
            ))}
          </ul>
        </Form>
      ) : (
        <p>{words.passageAccount}</p>
      )}
    </Dialog>
  )
}
