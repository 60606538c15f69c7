/** A bill held against what was asked: its file or its sum goes in, what it proved comes out. */
import { Alert, Button } from 'antd'
import { useId, useState } from 'react'
import { AdminError, type Problem } from '../../admin-api.ts'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { beijingDate, beijingMs, count } from '../../parts/format.ts'
import { Facts, Id } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { uploadFile } from '../../upload.ts'
import { useDeed } from '../../use-admin.ts'
import { lastMonths, periodOf } from './period.ts'
import type { Reconciled, Route } from './vendor-types.ts'

interface ReconcileBillProps {
  readonly routes: readonly Route[]
  onClose(): void
  onDone(): void
}

type BillForm = 'file' | 'total'

const FIELDS = ['evidence', 'fromMs', 'toMs', 'total']

export function ReconcileBill({ routes, onClose, onDone }: ReconcileBillProps) {
  const words = useTexts(VENDOR_TEXTS)
  const fileId = useId()
  // A bill comes after its month.
  const { sinceMs, untilMs } = periodOf(lastMonths(Date.now(), 2)[1]!)
  const [route, setRoute] = useState(routes[0]?.name ?? '')
  const [evidence, setEvidence] = useState('')
  const [from, setFrom] = useState(beijingDate(sinceMs))
  const [to, setTo] = useState(beijingDate(untilMs))
  const [how, setHow] = useState<BillForm>('file')
  const [file, setFile] = useState<File>()
  const [column, setColumn] = useState('reference')
  const [total, setTotal] = useState('')
  const [sending, setSending] = useState(false)
  const [lost, setLost] = useState<Problem>()
  const [result, setResult] = useState<Reconciled>()
  const { busy, problem, run } = useDeed<Reconciled>()
  const send = async () => {
    setLost(undefined)
    const bill = { fromMs: beijingMs(from) ?? 0, toMs: beijingMs(to) ?? 0, evidence }
    const billed = how === 'total' ? { total: Number(total) } : await sent()
    if (billed === undefined) return
    const path = `/api/admin/vendors/routes/${route}/bills`
    const done = await run('POST', path, { ...bill, ...billed })
    if (done === undefined) return
    setResult(done)
    onDone()
  }
  const sent = async () => {
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
  const columnBad = problem?.field === 'referenceColumn'
  const shown = columnBad ? undefined : (lost ?? problem)
  if (result !== undefined) return <Outcome result={result} route={route} onClose={onClose} />
  return (
    <Dialog title={words.reconcile} onClose={onClose}>
      <Form
        send={words.reconcile}
        busy={busy || sending}
        problem={shown}
        fields={FIELDS}
        onSend={send}
      >
        <p className="quiet">{words.reconcileHint}</p>
        <ChoiceField
          label={words.route}
          name="route"
          problem={shown}
          value={route}
          options={routes.map(({ name }) => [name, name])}
          onChange={setRoute}
        />
        <TextField
          label={words.evidence}
          hint={words.evidenceHint}
          name="evidence"
          problem={shown}
          value={evidence}
          required
          onChange={setEvidence}
        />
        <TextField
          label={words.from}
          name="fromMs"
          type="date"
          problem={shown}
          value={from}
          required
          onChange={setFrom}
        />
        <TextField
          label={words.to}
          name="toMs"
          type="date"
          problem={shown}
          value={to}
          required
          onChange={setTo}
        />
        <ChoiceField
          label={words.how}
          name="how"
          problem={shown}
          value={how}
          options={[
            ['file', words.byFile],
            ['total', words.byTotal],
          ]}
          onChange={setHow}
        />
        {how === 'total' && (
          <TextField
            label={words.total}
            name="total"
            type="number"
            problem={shown}
            value={total}
            required
            onChange={setTotal}
          />
        )}
        {how === 'file' && (
          <>
            <div className="form-field">
              <label htmlFor={fileId}>{words.file}</label>
              <input
                id={fileId}
                type="file"
                accept=".csv,text/csv"
                required
                onChange={(event) => setFile(event.target.files?.[0])}
              />
            </div>
            <TextField
              label={words.column}
              name="referenceColumn"
              problem={undefined}
              value={column}
              required
              onChange={setColumn}
            />
            {columnBad && (
              <p className="required" role="alert">
                {words.columnBad}
              </p>
            )}
          </>
        )}
      </Form>
    </Dialog>
  )
}

interface OutcomeProps {
  readonly result: Reconciled
  readonly route: string
  onClose(): void
}

function Outcome({ result, route, onClose }: OutcomeProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const agrees = result.unexplained === 0 && result.difference === 0
  return (
    <Dialog title={`${words.result} · ${route}`} onClose={onClose}>
      <div role="status">
        {agrees && <Alert className="note" showIcon type="success" title={words.agrees} />}
        <Facts
          rows={[
            [words.billed, count(result.billed)],
            [words.difference, count(result.difference)],
            [words.closedSettled, count(result.settled)],
            [words.closedFree, count(result.free)],
            [words.stillOpen, count(result.open)],
            [words.strangers, count(result.strangers)],
          ]}
        />
      </div>
      <Named title={words.unbilled} ids={result.unbilled} />
      <Named title={words.disputed} ids={result.disputed} />
      <Button type="primary" onClick={onClose}>
        {texts.close}
      </Button>
    </Dialog>
  )
}

function Named({ title, ids }: { readonly title: string; readonly ids: readonly string[] }) {
  if (ids.length === 0) return null
  return (
    <div className="block">
      <b>{title}</b>
      <p className="wrapped">
        {ids.map((id) => (
          <Id key={id}>{id}</Id>
        ))}
      </p>
    </div>
  )
}
