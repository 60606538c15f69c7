/** Alerts: what an account is told of, where to, and what has been told. */
import type { AlertRow, AlertSettings, Mode, Product } from '../../api-types.ts'
import { ALERTS_TEXTS } from '../../locale/pages/alerts.ts'
import { count, yuan } from '../../parts/format.ts'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Facts, Id, Mark, Moment, type Tone } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { useAdmin, useList } from '../../use-admin.ts'
import { Thresholds, Webhook } from './alert-forms.tsx'
import { Reorder } from './reorder.tsx'

const TONES: Readonly<Record<AlertRow['delivery'], Tone>> = {
  kept: 'plain',
  pending: 'busy',
  delivered: 'good',
  failed: 'bad',
}

/** What the kinds of alerts tell, each some of it. */
interface Told {
  readonly product?: Product
  readonly mode?: Mode
  readonly grantId?: number
  readonly remaining?: number
  readonly days?: number
  readonly plan?: string
  readonly units?: number
  readonly amountFen?: number
}

export function AlertsPage() {
  const { texts } = usePreferences()
  const { alerts } = texts
  const scoped = useScoped()
  const settings = useAdmin<AlertSettings>(scoped('/api/admin/alerts/settings'))
  const kinds = { ...alerts.kinds, webhook_tried: useTexts(ALERTS_TEXTS).tried }
  const maySet = useMay('buyer_admin', 'buyer_finance', 'operator')
  const mayKeep = useMay('buyer_admin', 'buyer_developer', 'operator')
  const listing = useList<AlertRow>(scoped('/api/admin/alerts'))
  const columns: readonly Column<AlertRow>[] = [
    {
      title: alerts.kind,
      cell: ({ kind, body }) => (
        <>
          {Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : kind}
          <small className="under">
            <AlertFacts body={body} />
          </small>
        </>
      ),
    },
    { title: alerts.raised, cell: ({ raisedAtMs }) => <Moment ms={raisedAtMs} /> },
    {
      title: alerts.delivery,
      cell: ({ delivery, lastResult }) => (
        <>
          <Mark tone={TONES[delivery]}>{alerts.deliveries[delivery]}</Mark>
          {lastResult !== '' && <small className="under">{lastResult}</small>}
        </>
      ),
    },
    { title: texts.id, cell: ({ id }) => <Id>{id}</Id> },
  ]
  return (
    <Page title={alerts.title} hint={alerts.hint}>
      <ProblemNote problem={settings.problem} onRetry={settings.reload} />
      {settings.data !== undefined && (
        <div className="halves">
          {maySet ? (
            <Thresholds of={settings.data} onDone={settings.reload} />
          ) : (
            <ThresholdFacts of={settings.data} />
          )}
          {mayKeep && (
            <Webhook of={settings.data} onDone={settings.reload} onTried={listing.reload} />
          )}
        </div>
      )}
      {settings.data !== undefined && (
        <Reorder rules={settings.data.reorders} onDone={settings.reload} />
      )}
      <Card title={alerts.told}>
        <ListTable
          label={alerts.told}
          columns={columns}
          listing={listing}
          keyOf={({ id }) => id}
          empty={alerts.empty}
        />
      </Card>
    </Page>
  )
}

/** What an alert is about, as far as it says so. */
function AlertFacts({ body }: { readonly body: string }) {
  const { products, modes, packages, plans } = usePreferences().texts
  const told = JSON.parse(body) as Told
  const facts = [
    told.product && products[told.product],
    told.mode && modes[told.mode],
    told.grantId && `#${told.grantId}`,
    told.remaining !== undefined && packages.left(count(told.remaining)),
    told.days !== undefined && packages.days(told.days),
    told.plan,
    told.units !== undefined && plans.units(count(told.units)),
    told.amountFen !== undefined && yuan(told.amountFen),
  ]
  return facts.filter(Boolean).join(' · ')
}

/** The thresholds for who may not set them. */
function ThresholdFacts({ of }: { readonly of: AlertSettings }) {
  const { alerts } = usePreferences().texts
  const names = ['lowPercents', 'lowUnits', 'expiryDays'] as const
  return (
    <Card title={alerts.thresholds}>
      <Facts rows={names.map((name) => [alerts[name], of[name].join(', ') || '—'])} />
    </Card>
  )
}
