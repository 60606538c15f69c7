/** Asks again before a call that costs something, and says what. */
import { Button } from 'antd'
import type { Key } from '../../api-types.ts'
import { EXPLORER_TEXTS } from '../../locale/pages/explorer.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { Facts, PageLink } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'
import type { Api } from './catalogue.ts'

interface Cost {
  readonly grant?: {
    readonly id: number
    readonly available: number
    readonly price?: { readonly fen: number; readonly units: number }
  }
}

const FEN_PER_YUAN = 100
/** One unit may cost less than a fen. */
const YUAN_DIGITS = 4

interface ConfirmLiveProps {
  readonly api: Api
  readonly of: Key
  onClose(): void
  onConfirm(): void
}

export function ConfirmLive({ api, of: key, onClose, onConfirm }: ConfirmLiveProps) {
  const { language } = usePreferences()
  const texts = useTexts(EXPLORER_TEXTS)
  const path = `/api/admin/keys/${key.id}/cost?product=${api.product}`
  const { data, problem, reload } = useAdmin<Cost>(path)
  return (
    <Dialog title={texts.confirm} onClose={onClose}>
      <p>{texts.confirmText}</p>
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && (
        <Facts
          rows={[
            [texts.key, <code key="key">{key.label}</code>],
            [api.title[language], <code key="api">{api.id}</code>],
            [texts.cost, <CostText key="cost" cost={data} />],
          ]}
        />
      )}
      <div className="row">
        <Button type="primary" danger disabled={data === undefined} onClick={onConfirm}>
          {texts.sendLive}
        </Button>
        <Button onClick={onClose}>{texts.cancel}</Button>
      </div>
    </Dialog>
  )
}

function CostText({ cost: { grant } }: { readonly cost: Cost }) {
  const texts = useTexts(EXPLORER_TEXTS)
  if (grant === undefined) {
    return (
      <>
        {texts.costNone} <PageLink to="/plans">{texts.buy}</PageLink>
      </>
    )
  }
  const { id, available, price } = grant
  const yuan = price && (price.fen / price.units / FEN_PER_YUAN).toFixed(YUAN_DIGITS)
  return (
    <>
      {texts.costUnit(id, available.toLocaleString('en-US'))}
      {yuan !== undefined && texts.costPrice(yuan)}
      <br />
      <span className="quiet">{texts.costFree}</span>
    </>
  )
}
