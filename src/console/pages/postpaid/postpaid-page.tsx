/** Accounts that pay afterwards: their terms, and their bills with what is due. */
import { Button } from 'antd'
import { useState } from 'react'
import type { Order } from '../../api-types.ts'
import { POSTPAID_TEXTS } from '../../locale/pages/postpaid.ts'
import { count, yuan } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemWords } from '../../parts/problem-note.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Id, Mark, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { ALL_ACCOUNTS, useMay, useScoped, useSession } from '../../session.ts'
import { useList } from '../../use-admin.ts'
import { AgreeTerms, EndTerms, PayBill } from './postpaid-dialogs.tsx'
import type { Terms } from './terms.ts'

type Opened = 'agree' | { readonly end: Terms } | { readonly pay: Order }

export function PostpaidPage() {
  const { texts } = usePreferences()
  const words = useTexts(POSTPAID_TEXTS)
  const isOperator = useMay('operator')
  const { accountId = ALL_ACCOUNTS } = useSession()
  const scoped = useScoped()
  const terms = useList<Terms>(scoped('/api/admin/postpaid'))
  const bills = useList<Order>(scoped('/api/admin/postpaid/bills'))
  const [opened, setOpened] = useState<Opened>()
  const close = () => setOpened(undefined)
  const finish = () => {
    close()
    terms.reload()
    bills.reload()
  }
  const agree = isOperator && accountId !== ALL_ACCOUNTS && (
    <Button type="primary" onClick={() => setOpened('agree')}>
      {words.agree}
    </Button>
  )
  const columns: readonly Column<Terms>[] = [
    { title: words.account, cell: (row) => <Id>{row.accountId}</Id> },
    { title: words.product, cell: ({ product }) => texts.products[product] },
    { title: words.units, numeric: true, cell: ({ unitsPerMonth }) => count(unitsPerMonth) },
    {
      title: words.price,
      numeric: true,
      cell: ({ priceFenPer1000Units }) => yuan(priceFenPer1000Units),
    },
    { title: words.dueDays, numeric: true, cell: ({ dueDays }) => dueDays },
    {
      title: words.state,
      cell: ({ endedAtMs }) =>
        endedAtMs === undefined ? (
          <Mark tone="good">{words.active}</Mark>
        ) : (
          <Mark tone="plain">{words.ended}</Mark>
        ),
    },
  ]
  const acts: Column<Terms> = {
    title: texts.action,
    cell: (row) =>
      row.endedAtMs === undefined && (
        <Button size="small" danger onClick={() => setOpened({ end: row })}>
          {words.end}
        </Button>
      ),
  }
  return (
    <ProblemWords value={words.problems}>
      <Page title={words.title} hint={words.hint}>
        <Card title={words.terms} action={agree}>
          {isOperator && accountId === ALL_ACCOUNTS && <p className="quiet">{words.chooseFirst}</p>}
          <ListTable
            label={words.terms}
            columns={isOperator ? [...columns, acts] : columns}
            listing={terms}
            keyOf={({ accountId: whose, product }) => `${whose} ${product}`}
            empty={words.noTerms}
          />
        </Card>
        <Bills listing={bills} onPay={(pay) => setOpened({ pay })} />
        {opened === 'agree' && <AgreeTerms accountId={accountId} onClose={close} onDone={finish} />}
        {typeof opened === 'object' && 'end' in opened && (
          <EndTerms terms={opened.end} onClose={close} onDone={finish} />
        )}
        {typeof opened === 'object' && 'pay' in opened && (
          <PayBill bill={opened.pay} onClose={close} onDone={finish} />
        )}
      </Page>
    </ProblemWords>
  )
}

interface BillsProps {
  readonly listing: ReturnType<typeof useList<Order>>
  onPay(bill: Order): void
}

function Bills({ listing, onPay }: BillsProps) {
  const { texts } = usePreferences()
  const words = useTexts(POSTPAID_TEXTS)
  const isOperator = useMay('operator')
  const columns: readonly Column<Order>[] = [
    { title: words.month, cell: ({ month }) => <b>{month}</b> },
    { title: words.account, cell: ({ accountId }) => <Id>{accountId}</Id> },
    { title: words.product, cell: ({ product }) => texts.products[product] },
    { title: words.used, numeric: true, cell: ({ units }) => count(units) },
    { title: words.amount, numeric: true, cell: ({ amountFen }) => yuan(amountFen) },
    { title: words.due, cell: ({ dueAtMs }) => <Moment ms={dueAtMs} /> },
    { title: words.state, cell: (bill) => <BillMark bill={bill} /> },
  ]
  const acts: Column<Order> = {
    title: texts.action,
    cell: (bill) =>
      bill.state === 'placed' && (
        <Button size="small" onClick={() => onPay(bill)}>
          {words.pay}
        </Button>
      ),
  }
  return (
    <Card title={words.bills}>
      <p className="quiet">{words.billsHint}</p>
      <ListTable
        label={words.bills}
        columns={isOperator ? [...columns, acts] : columns}
        listing={listing}
        keyOf={({ id }) => id}
        empty={words.noBills}
      />
    </Card>
  )
}

function BillMark({ bill: { state, dueAtMs = Infinity } }: { readonly bill: Order }) {
  const { billStates } = useTexts(POSTPAID_TEXTS)
  const isOverdue = state === 'placed' && dueAtMs < Date.now()
  if (isOverdue) return <Mark tone="bad">{billStates.overdue}</Mark>
  return <Mark tone={state === 'paid' ? 'good' : 'busy'}>{billStates[state]}</Mark>
}
