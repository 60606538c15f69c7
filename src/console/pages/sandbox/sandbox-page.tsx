/** The sandbox: its units, the time they live in, and chaos. */
import { Alert, Button } from 'antd'
import { useState } from 'react'
import type { Grant } from '../../api-types.ts'
import { SANDBOX_TEXTS } from '../../locale/pages/sandbox.ts'
import { Choice, ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { count } from '../../parts/format.ts'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote, ProblemWords } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useAdmin, useDeed } from '../../use-admin.ts'

interface Sandbox {
  readonly available: boolean
  readonly chaos?: { readonly fault: string; readonly probability: number }
  readonly faults: readonly string[]
  readonly grants: readonly Grant[]
}

interface PartProps {
  readonly data: Sandbox
  onChange(): void
}

const PATH = '/api/admin/sandbox'
const PERCENT = 100

export function SandboxPage() {
  const { texts } = usePreferences()
  const words = useTexts(SANDBOX_TEXTS)
  const isOperator = useMay('operator')
  const { data, problem, reload } = useAdmin<Sandbox>(PATH)
  const shared = data && { data, onChange: reload }
  return (
    <ProblemWords value={words.problems}>
      <Page title={words.title} hint={words.hint}>
        <ProblemNote problem={problem} onRetry={reload} />
        {data === undefined && problem === undefined && <p className="quiet">{texts.loading}</p>}
        {data?.available === false && <Alert showIcon type="info" title={words.absent} />}
        {shared?.data.available === true && (
          <>
            <Units {...shared} />
            {isOperator && <Time {...shared} />}
            <Chaos {...shared} />
          </>
        )}
      </Page>
    </ProblemWords>
  )
}

function Units({ data, onChange }: PartProps) {
  const { texts } = usePreferences()
  const words = useTexts(SANDBOX_TEXTS)
  const isOperator = useMay('operator')
  const { busy, problem, run } = useDeed()
  const reset = async () => {
    if ((await run('POST', `${PATH}/reset`)) !== undefined) onChange()
  }
  const spendable = data.grants.filter(({ available }) => available > 0)
  const columns: readonly Column<Grant>[] = [
    { title: words.product, cell: ({ product }) => texts.products[product] },
    { title: words.left, numeric: true, cell: ({ available }) => count(available) },
    { title: words.ends, cell: ({ expiresAtMs }) => <Moment ms={expiresAtMs} /> },
  ]
  const action = isOperator && (
    <Button danger loading={busy} onClick={reset}>
      {words.reset}
    </Button>
  )
  return (
    <Card title={words.units} action={action}>
      <p className="quiet">{words.resetHint}</p>
      <ProblemNote problem={problem} />
      {spendable.length === 0 && <Empty>{words.noUnits}</Empty>}
      {spendable.length > 0 && (
        <Table label={words.units} columns={columns} items={spendable} keyOf={({ id }) => id} />
      )}
    </Card>
  )
}

type Unit = 'd' | 'y'

function Time({ onChange }: PartProps) {
  const words = useTexts(SANDBOX_TEXTS)
  const [amount, setAmount] = useState('30')
  const [unit, setUnit] = useState<Unit>('d')
  const [said, setSaid] = useState<string>()
  const { busy, problem, run } = useDeed()
  const shift = async (text: string) => {
    setSaid(undefined)
    if ((await run('PUT', `${PATH}/clock`, { shift: text })) === undefined) return
    setSaid(text === 'now' ? words.restored : words.moved(text))
    onChange()
  }
  const form = { busy, problem, fields: ['shift'], onSend: () => shift(`+${amount}${unit}`) }
  return (
    <Card title={words.time}>
      <p className="quiet">{words.timeHint}</p>
      <Form {...form} minor send={words.forward}>
        <div className="pair">
          <TextField
            label={words.amount}
            name="shift"
            type="number"
            problem={problem}
            value={amount}
            required
            onChange={setAmount}
          />
          <div className="form-field">
            <Choice
              label={words.unit}
              value={unit}
              options={[
                ['d', words.days],
                ['y', words.years],
              ]}
              onChange={setUnit}
            />
          </div>
        </div>
      </Form>
      <p className="row" role="status">
        <Button disabled={busy} onClick={() => shift('now')}>
          {words.back}
        </Button>
        {said}
      </p>
    </Card>
  )
}

function Chaos({ data, onChange }: PartProps) {
  const words = useTexts(SANDBOX_TEXTS)
  const isOperator = useMay('operator')
  const [fault, setFault] = useState(data.chaos?.fault ?? 'overloaded')
  const [percent, setPercent] = useState(String((data.chaos?.probability ?? 0.1) * PERCENT))
  const { busy, problem, run } = useDeed()
  const start = async () => {
    const probability = Number(percent) / PERCENT
    if ((await run('PUT', `${PATH}/chaos`, { fault, probability })) !== undefined) onChange()
  }
  const end = async () => {
    if ((await run('DELETE', `${PATH}/chaos`)) !== undefined) onChange()
  }
  const { chaos } = data
  const form = { busy, problem, fields: ['fault', 'probability'], onSend: start }
  return (
    <Card title={words.chaos}>
      <p className="quiet">{words.chaosHint}</p>
      <p className="row" role="status">
        {chaos === undefined ? words.off : words.on(chaos.fault, `${chaos.probability * PERCENT}%`)}
        {chaos !== undefined && isOperator && (
          <Button danger disabled={busy} onClick={end}>
            {words.end}
          </Button>
        )}
      </p>
      {isOperator && (
        <Form {...form} minor send={words.start}>
          <ChoiceField
            label={words.fault}
            name="fault"
            problem={problem}
            value={fault}
            options={data.faults.map((each) => [each, each])}
            onChange={setFault}
          />
          <TextField
            label={words.probability}
            name="probability"
            type="number"
            problem={problem}
            value={percent}
            required
            onChange={setPercent}
          />
        </Form>
      )}
    </Card>
  )
}
