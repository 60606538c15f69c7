/** Calls of which nobody can say yet whether they are paid, and the bills that tell. */
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, ReasonField } from '../../parts/form.tsx'
import { beijingDate, count } from '../../parts/format.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Id, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useAdmin, useDeed } from '../../use-admin.ts'
import { exactYuan } from './money.ts'
import { ReconcileBill } from './reconcile-bill.tsx'
import type { VendorTabProps } from './routes-tab.tsx'
import type { Bills, DifferingBill, OpenAttempt } from './vendor-types.ts'

export function BillsTab({ vendors }: VendorTabProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const isOperator = useMay('operator')
  const { data, problem, reload } = useAdmin<Bills>('/api/admin/vendors/bills')
  const [opened, setOpened] = useState<OpenAttempt | 'bill'>()
  const close = () => setOpened(undefined)
  const columns: readonly Column<OpenAttempt>[] = [
    { title: words.age, cell: ({ atMs }) => <Moment ms={atMs} /> },
    { title: words.route, cell: ({ route }) => <b>{route}</b> },
    { title: texts.id, cell: ({ requestId }) => <Id>{requestId}</Id> },
    { title: words.phase, cell: ({ phase }) => phaseText(words.phases, phase) },
    { title: words.reason, cell: ({ code }) => <code>{code}</code> },
    { title: words.cost, numeric: true, cell: ({ costCentifen }) => exactYuan(costCentifen) },
  ]
  const acts: Column<OpenAttempt> = {
    title: texts.action,
    cell: (attempt) => (
      <Button size="small" onClick={() => setOpened(attempt)}>
        {words.close}
      </Button>
    ),
  }
  const reconcile = isOperator && vendors.routes.length > 0 && (
    <Button type="primary" onClick={() => setOpened('bill')}>
      {words.reconcile}
    </Button>
  )
  return (
    <>
      <Card title={words.openTitle} action={reconcile}>
        <p className="quiet">{words.openHint}</p>
        <ProblemNote problem={problem} onRetry={reload} />
        {data === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
        {data !== undefined && data.overdue.count > 0 && (
          <Alert
            className="note"
            showIcon
            type="warning"
            title={words.overdue(count(data.overdue.count), exactYuan(data.overdue.costCentifen))}
          />
        )}
        {data?.open.length === 0 && <Empty>{words.noOpen}</Empty>}
        {data !== undefined && data.open.length > 0 && (
          <Table
            label={words.openTitle}
            columns={isOperator ? [...columns, acts] : columns}
            items={data.open}
            keyOf={({ id }) => id}
          />
        )}
      </Card>
      {data !== undefined && data.differing.length > 0 && <Differing bills={data.differing} />}
      {opened === 'bill' && (
        <ReconcileBill routes={vendors.routes} onClose={close} onDone={reload} />
      )}
      {typeof opened === 'object' && (
        <CloseAttempt
          attempt={opened}
          onClose={close}
          onDone={() => {
            close()
            reload()
          }}
        />
      )}
    </>
  )
}

function phaseText(phases: Readonly<Record<string, string>>, phase: string): string {
  return phases[phase] ?? phase
}

function Differing({ bills }: { readonly bills: readonly DifferingBill[] }) {
  const words = useTexts(VENDOR_TEXTS)
  const columns: readonly Column<DifferingBill>[] = [
    { title: words.route, cell: ({ route }) => <b>{route}</b> },
    { title: words.evidence, cell: ({ evidence }) => evidence },
    {
      title: words.period,
      cell: ({ fromMs, toMs }) => `${beijingDate(fromMs)} – ${beijingDate(toMs - 1)}`,
    },
    { title: words.billed, numeric: true, cell: ({ billed }) => count(billed) },
    { title: words.difference, numeric: true, cell: ({ difference }) => count(difference) },
    { title: words.unexplained, numeric: true, cell: ({ unexplained }) => count(unexplained) },
  ]
  return (
    <Card title={words.differing}>
      <Table
        label={words.differing}
        columns={columns}
        items={bills}
        keyOf={({ route, fromMs, toMs }) => `${route} ${fromMs} ${toMs}`}
      />
    </Card>
  )
}

interface CloseAttemptProps {
  readonly attempt: OpenAttempt
  onClose(): void
  onDone(): void
}

type Ending = 'settled' | 'free'

function CloseAttempt({ attempt, onClose, onDone }: CloseAttemptProps) {
  const words = useTexts(VENDOR_TEXTS)
  const [state, setState] = useState<Ending>('free')
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const path = `/api/admin/vendors/attempts/${encodeURIComponent(attempt.id)}/closing`
    if ((await run('POST', path, { state, reason })) !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['state', 'reason'], onSend: send }
  return (
    <Dialog title={`${words.close} · ${attempt.route}`} onClose={onClose}>
      <Form {...form} send={words.close}>
        <p className="quiet">{words.closeHint}</p>
        <ChoiceField
          label={words.closeAs}
          name="state"
          problem={problem}
          value={state}
          options={Object.entries(words.closings) as [Ending, string][]}
          onChange={setState}
        />
        <ReasonField problem={problem} value={reason} onChange={setReason} />
      </Form>
    </Dialog>
  )
}
