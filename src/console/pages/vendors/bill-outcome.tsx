/** What a bill proved, and what of it nobody can explain. */
import { Alert, Button } from 'antd'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { count } from '../../parts/format.ts'
import { Facts, Id } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import type { Reconciled } from './vendor-types.ts'

interface BillOutcomeProps {
  readonly result: Reconciled
  readonly route: string
  onClose(): void
}

export function BillOutcome({ result, route, onClose }: BillOutcomeProps) {
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
