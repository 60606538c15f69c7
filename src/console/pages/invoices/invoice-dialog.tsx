/** One invoice: what is on it, its files, and what can be done with it. */
import { useState } from 'react'
import type { Invoice } from '../../api-types.ts'
import { INVOICES_TEXTS } from '../../locale/pages/invoices.ts'
import { RED_LETTER_TEXTS } from '../../locale/pages/red-letter.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Form, ReasonField, TextField } from '../../parts/form.tsx'
import { yuan } from '../../parts/format.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { Facts, Id, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { type Tab, Tabs } from '../../tabs.tsx'
import { useDeed } from '../../use-admin.ts'
import { AddRedLetter } from './add-red-letter.tsx'
import { AttachFile } from './attach-file.tsx'

interface InvoiceDialogProps {
  readonly invoice: Invoice
  onClose(): void
  onDone(): void
}

const TITLE_FIELDS = ['title', 'taxNumber', 'address', 'phone', 'bankName', 'bankAccount'] as const

export function InvoiceDialog({ invoice, onClose, onDone }: InvoiceDialogProps) {
  const { invoices } = usePreferences().texts
  const tabs = useDeedTabs(invoice, onDone)
  return (
    <Dialog title={`${invoices.open} ${invoice.id}`} onClose={onClose}>
      <InvoiceFacts invoice={invoice} />
      {invoice.redLetters.length > 0 && <RedLetters of={invoice.redLetters} />}
      {tabs.length > 0 && <Tabs tabs={tabs} label={invoices.open} />}
    </Dialog>
  )
}

function InvoiceFacts({ invoice }: { readonly invoice: Invoice }) {
  const { invoices } = usePreferences().texts
  const { title, orders, files, amountFen, presentFen } = invoice
  const path = `/api/admin/invoices/${invoice.id}`
  return (
    <Facts
      rows={[
        ...TITLE_FIELDS.filter((field) => title[field] !== undefined).map(
          (field) => [invoices.fields[field], title[field]] as const,
        ),
        [
          invoices.orders,
          orders.map(({ orderId, amountFen: fen }) => `${orderId} ${yuan(fen)}`).join(', '),
        ],
        [
          invoices.amount,
          presentFen === amountFen
            ? yuan(amountFen)
            : `${yuan(amountFen)} → ${yuan(presentFen)} ${invoices.refundedMeanwhile}`,
        ],
        [invoices.requested, <Moment key="requested" ms={invoice.requestedAtMs} />],
        ...(files.length === 0
          ? []
          : [
              [
                invoices.files,
                files.map(({ number, name }) => (
                  <a key={number} href={`${path}/files/${number}`} download={name}>
                    {name}{' '}
                  </a>
                )),
              ] as const,
            ]),
      ]}
    />
  )
}

type RedLetter = Invoice['redLetters'][number]

function RedLetters({ of }: { readonly of: readonly RedLetter[] }) {
  const own = useTexts(INVOICES_TEXTS)
  const columns: readonly Column<RedLetter>[] = [
    { title: own.number, cell: ({ number }) => <Id>{number}</Id> },
    { title: own.amount, numeric: true, cell: ({ amountFen }) => yuan(amountFen) },
    { title: own.at, cell: ({ atMs }) => <Moment ms={atMs} /> },
    { title: own.reason, cell: ({ reason }) => reason },
  ]
  return (
    <div className="block">
      <h3>{own.redLetters}</h3>
      <Table label={own.redLetters} columns={columns} items={of} keyOf={({ number }) => number} />
    </div>
  )
}

/** What this reader may do with this invoice. */
function useDeedTabs(invoice: Invoice, onDone: () => void): Tab[] {
  const { invoices } = usePreferences().texts
  const redLetters = useTexts(RED_LETTER_TEXTS)
  const isOperator = useMay('operator')
  const mayAsk = useMay('buyer_admin', 'buyer_finance', 'operator')
  const path = `/api/admin/invoices/${invoice.id}`
  const tabs: Tab[] = []
  if (invoice.state === 'processing' && isOperator) {
    const issue = <Issue path={path} amountFen={invoice.presentFen} onDone={onDone} />
    const reject = <Reject path={path} onDone={onDone} />
    tabs.push({ key: 'issue', label: invoices.issue, content: issue })
    tabs.push({ key: 'reject', label: invoices.reject, content: reject })
  }
  if (invoice.state === 'processing' && mayAsk) {
    const withdraw = <Withdraw path={path} onDone={onDone} />
    tabs.push({ key: 'withdraw', label: invoices.withdraw, content: withdraw })
  }
  if (invoice.state === 'issued' && isOperator) {
    const attach = <AttachFile path={path} onDone={onDone} />
    tabs.push({ key: 'attach', label: invoices.attach, content: attach })
    const redLetter = <AddRedLetter path={path} onDone={onDone} />
    tabs.push({ key: 'red', label: redLetters.open, content: redLetter })
  }
  return tabs
}

interface ActionProps {
  readonly path: string
  onDone(): void
}

function Issue({ path, amountFen, onDone }: ActionProps & { readonly amountFen: number }) {
  const { invoices } = usePreferences().texts
  const [number, setNumber] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${path}/issue`, { number, amountFen })) !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['number'], onSend: send }
  return (
    <Form {...form} send={invoices.issue}>
      <p className="quiet">{invoices.issueHint(yuan(amountFen))}</p>
      <TextField
        label={invoices.number}
        hint={invoices.numberHint}
        name="number"
        problem={problem}
        value={number}
        required
        onChange={setNumber}
      />
    </Form>
  )
}

function Reject({ path, onDone }: ActionProps) {
  const { texts } = usePreferences()
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${path}/rejection`, { reason })) !== undefined) onDone()
  }
  const form = { busy, problem, fields: ['reason'], onSend: send }
  return (
    <Form {...form} send={texts.invoices.reject} danger>
      <ReasonField problem={problem} value={reason} onChange={setReason} />
    </Form>
  )
}

function Withdraw({ path, onDone }: ActionProps) {
  const { invoices } = usePreferences().texts
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('POST', `${path}/withdrawal`, {})) !== undefined) onDone()
  }
  return (
    <Form send={invoices.withdraw} danger busy={busy} problem={problem} fields={[]} onSend={send}>
      <p>{invoices.withdrawHint}</p>
    </Form>
  )
}
