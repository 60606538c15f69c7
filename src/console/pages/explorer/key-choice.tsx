/** The key that a call is made with: the published one of the sandbox, or one of the account. */
import type { Key } from '../../api-types.ts'
import { EXPLORER_TEXTS } from '../../locale/pages/explorer.ts'
import { Choice } from '../../parts/form.tsx'
import { PageLink } from '../../parts/values.tsx'
import { useTexts } from '../../preferences.ts'
import { useMay, useScoped } from '../../session.ts'
import { type ListPage, useAdmin } from '../../use-admin.ts'
import type { Catalogue } from './catalogue.ts'

/** Stands for the published key among the ids of others. */
export const PUBLISHED = ''
const KEYS_MAX = 200

export interface KeyChoice {
  /** In the order in which they are offered. */
  readonly keys: readonly Key[]
  readonly isPublishedOffered: boolean
  /** Absent of the published key, and where there is none. */
  readonly key: Key | undefined
  readonly isLive: boolean
  /** Whether there is a key, and the session's role may call with it. */
  readonly mayCall: boolean
  readonly isLoaded: boolean
}

/** The keys that fit a way to authenticate; one that was wanted for another gives way to the first. */
export function useKeyChoice(
  { keyKinds, published }: Pick<Catalogue, 'keyKinds' | 'published'>,
  authentication: string,
  wanted: string,
): KeyChoice {
  const scoped = useScoped()
  const { data } = useAdmin<ListPage<Key>>(scoped(`/api/admin/keys?limit=${KEYS_MAX}`))
  const isKeeper = useMay('buyer_admin', 'buyer_developer', 'operator')
  const isFinance = useMay('buyer_finance')
  const keys = (data?.items ?? [])
    .filter(({ kind }) => kind === keyKinds[authentication])
    .filter(({ state, temporary }) => state === 'active' && temporary !== true)
    // Test before live.
    .toSorted((one, other) => other.mode.localeCompare(one.mode))
  const key = keys.find(({ id }) => id === wanted) ?? (published ? undefined : keys[0])
  const isLive = key?.mode === 'live'
  const mayCall = key === undefined ? published : isKeeper || (isFinance && !isLive)
  const isLoaded = data !== undefined
  return { keys, isPublishedOffered: published, key, isLive, mayCall, isLoaded }
}

interface KeyFieldProps {
  readonly choice: KeyChoice
  readonly onChoose: (keyId: string) => void
}

export function KeyField({ choice, onChoose }: KeyFieldProps) {
  const texts = useTexts(EXPLORER_TEXTS)
  const { keys, isPublishedOffered, key, mayCall, isLoaded } = choice
  if (!isPublishedOffered && keys.length === 0) return isLoaded ? <NoKey /> : null
  const options = [
    ...(isPublishedOffered ? [[PUBLISHED, texts.published] as const] : []),
    ...keys.map(({ id, mode, label }) => [id, `${texts[mode]} · ${label}`] as const),
  ]
  return (
    <div className="field">
      <label htmlFor="explorer-key">{texts.key}</label>
      <Choice
        id="explorer-key"
        value={key?.id ?? PUBLISHED}
        options={options}
        onChange={onChoose}
      />
      {key !== undefined && (
        <small className="under">{mayCall ? texts.ownHint : texts.notYours}</small>
      )}
    </div>
  )
}

function NoKey() {
  const texts = useTexts(EXPLORER_TEXTS)
  return (
    <p className="field">
      {texts.noKey} · <PageLink to="/keys">{texts.makeKey}</PageLink> {texts.noKeyHint}
    </p>
  )
}
