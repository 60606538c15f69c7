/** Two trials that cost nothing: connecting to a vendor, and asking it a question that it answers free. */
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { useTexts } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'
import type { Route, Trial, Vendors } from './vendor-types.ts'

interface RouteTrialsProps {
  readonly vendors: Vendors
  readonly route: Route
  onClose(): void
}

/** What came of the last trial. */
interface Verdict {
  readonly isGood: boolean
  readonly text: string
  readonly warning?: string
}

export function RouteTrials({ vendors, route, onClose }: RouteTrialsProps) {
  const words = useTexts(VENDOR_TEXTS)
  const { busy, problem, run } = useDeed<{ readonly trouble?: string } | Trial>()
  const [verdict, setVerdict] = useState<Verdict>()
  const canBeAsked = vendors.known.some(
    ({ vendor, canBeAsked: can }) => can && vendor === route.vendor,
  )
  const path = `/api/admin/vendors/routes/${route.name}`
  const reach = async () => {
    setVerdict(undefined)
    const found = (await run('POST', `${path}/reach`)) as { trouble?: string } | undefined
    if (found === undefined) return
    const { trouble } = found
    const text = trouble === undefined ? words.reached : words.unreached(trouble)
    setVerdict({ isGood: trouble === undefined, text })
  }
  const ask = async () => {
    setVerdict(undefined)
    const trial = (await run('POST', `${path}/trial`)) as Trial | undefined
    if (trial === undefined) return
    const { passed, phase, code, fault, charge } = trial
    setVerdict({
      isGood: passed,
      text: passed ? words.passed : words.failed(phase, fault ?? code),
      ...(charge !== 'free' && { warning: words.notFree }),
    })
  }
  return (
    <Dialog title={`${words.reach} · ${route.name}`} onClose={onClose}>
      <div className="row block">
        <Button type="primary" loading={busy} onClick={reach}>
          {words.reach}
        </Button>
        {canBeAsked && (
          <Button disabled={busy} onClick={ask}>
            {words.trial}
          </Button>
        )}
      </div>
      <ProblemNote problem={problem} />
      {verdict !== undefined && (
        <div role="status">
          <Alert showIcon type={verdict.isGood ? 'success' : 'error'} title={verdict.text} />
          {verdict.warning !== undefined && <p className="required">{verdict.warning}</p>}
        </div>
      )}
    </Dialog>
  )
}
