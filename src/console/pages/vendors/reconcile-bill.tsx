/** A bill held against what was asked: its file or its sum goes in, what it proved comes out. */
import { useId, useState } from 'react'
import { AdminError, type Problem } from '../../admin-api.ts'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { beijingDate, beijingMs } from '../../parts/format.ts'
import { useTexts } from '../../preferences.ts'
import { uploadFile } from '../../upload.ts'
import { useDeed } from '../../use-admin.ts'
import { BillOutcome } from './bill-outcome.tsx'
import { lastMonths, periodOf } from './period.ts'
import type { Reconciled, Route } from './vendor-types.ts'

interface ReconcileBillProps {
  readonly routes: readonly Route[]
  onClose(): void
  onDone(): void
}

/** A bill as it is typed. */
interface Bill {
  readonly route: string
  readonly evidence: string
  /** Days of Beijing; `to` is the first that is not of the bill. */
  readonly from: string
  readonly to: string
  readonly how: 'file' | 'total'
  readonly file: File | undefined
  readonly column: string
  readonly total: string
}

const FIELDS = ['evidence', 'fromMs', 'toMs', 'total']

export function ReconcileBill({ routes, onClose, onDone }: ReconcileBillProps) {
  const words = useTexts(VENDOR_TEXTS)
  const [bill, setBill] = useState(() => blankBill(routes))
  const { busy, problem, result, send } = useReconciling(onDone)
  if (result !== undefined) {
    return <BillOutcome result={result} route={bill.route} onClose={onClose} />
  }
  // What is wrong with the column is told beside it.
  const isColumnBad = problem?.field === 'referenceColumn'
  const shown = isColumnBad ? undefined : problem
  const part = { bill, problem: shown, onChange: setBill }
  return (
    <Dialog title={words.reconcile} onClose={onClose}>
      <Form
        send={words.reconcile}
        busy={busy}
        problem={shown}
        fields={FIELDS}
        onSend={() => send(bill)}
      >
        <p className="quiet">{words.reconcileHint}</p>
        <BillNames {...part} routes={routes} />
        {bill.how === 'total' && <BillTotal {...part} />}
        {bill.how === 'file' && <BillFile {...part} isColumnBad={isColumnBad} />}
      </Form>
    </Dialog>
  )
}

/** A bill comes after its month. */
function blankBill(routes: readonly Route[]): Bill {
  const { sinceMs, untilMs } = periodOf(lastMonths(Date.now(), 2)[1]!)
  return {
    route: routes[0]?.name ?? '',
    evidence: '',
    from: beijingDate(sinceMs),
    to: beijingDate(untilMs),
    how: 'file',
    file: undefined,
    column: 'reference',
    total: '',
  }
}

/** Sends the file, if there is one, and then the bill. */
function useReconciling(onDone: () => void) {
  const [isSending, setSending] = useState(false)
  const [lost, setLost] = useState<Problem>()
  const [result, setResult] = useState<Reconciled>()
  const { busy, problem, run } = useDeed<Reconciled>()
  const upload = async ({ file, column }: Bill) => {
    if (file === undefined) return undefined
    setSending(true)
    try {
      return { uploadId: await uploadFile(file, () => {}), referenceColumn: column }
    } catch (error) {
      setLost(error instanceof AdminError ? error.problem : { error: 'unreachable' })
      return undefined
    } finally {
      setSending(false)
    }
  }
  const send = async (bill: Bill) => {
    setLost(undefined)
    const billed = bill.how === 'total' ? { total: Number(bill.total) } : await upload(bill)
    if (billed === undefined) return
    const done = await run('POST', `/api/admin/vendors/routes/${bill.route}/bills`, {
      fromMs: beijingMs(bill.from) ?? 0,
      toMs: beijingMs(bill.to) ?? 0,
      evidence: bill.evidence,
      ...billed,
    })
    if (done === undefined) return
    setResult(done)
    onDone()
  }
  return { busy: busy || isSending, problem: lost ?? problem, result, send }
}

interface PartProps {
  readonly bill: Bill
  readonly problem: Problem | undefined
  onChange(bill: Bill): void
}

/** Whose bill it is, of which time, and how it comes. */
function BillNames(props: PartProps & Pick<ReconcileBillProps, 'routes'>) {
  const { routes, bill, problem, onChange } = props
  const words = useTexts(VENDOR_TEXTS)
  const set = (name: keyof Bill) => (value: string) => onChange({ ...bill, [name]: value })
  const day = { problem, type: 'date', required: true } as const
  return (
    <>
      <ChoiceField
        label={words.route}
        name="route"
        problem={problem}
        value={bill.route}
        options={routes.map(({ name }) => [name, name])}
        onChange={set('route')}
      />
      <TextField
        label={words.evidence}
        hint={words.evidenceHint}
        name="evidence"
        problem={problem}
        value={bill.evidence}
        required
        onChange={set('evidence')}
      />
      <TextField
        {...day}
        label={words.from}
        name="fromMs"
        value={bill.from}
        onChange={set('from')}
      />
      <TextField {...day} label={words.to} name="toMs" value={bill.to} onChange={set('to')} />
      <ChoiceField
        label={words.how}
        name="how"
        problem={problem}
        value={bill.how}
        options={[
          ['file', words.byFile],
          ['total', words.byTotal],
        ]}
        onChange={set('how')}
      />
    </>
  )
}

function BillTotal({ bill, problem, onChange }: PartProps) {
  const words = useTexts(VENDOR_TEXTS)
  return (
    <TextField
      label={words.total}
      name="total"
      type="number"
      problem={problem}
      value={bill.total}
      required
      onChange={(total) => onChange({ ...bill, total })}
    />
  )
}

function BillFile({ bill, isColumnBad, onChange }: PartProps & { readonly isColumnBad: boolean }) {
  const words = useTexts(VENDOR_TEXTS)
  const id = useId()
  return (
    <>
      <div className="form-field">
        <label htmlFor={id}>{words.file}</label>
        <input
          id={id}
          type="file"
          accept=".csv,text/csv"
          required
          onChange={(event) => onChange({ ...bill, file: event.target.files?.[0] })}
        />
      </div>
      <TextField
        label={words.column}
        name="referenceColumn"
        problem={undefined}
        value={bill.column}
        required
        onChange={(column) => onChange({ ...bill, column })}
      />
      {isColumnBad && (
        <p className="required" role="alert">
          {words.columnBad}
        </p>
      )}
    </>
  )
}
