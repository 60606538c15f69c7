/** What whoever made a call should do now, and where. */
import type { CallStory } from '../../api-types.ts'
import { CALLS_TEXTS } from '../../locale/pages/calls.ts'
import type { Path } from '../../navigation.ts'
import { beijingTime } from '../../parts/format.ts'
import { PageLink } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'

/** Pages on which the cause of a refusal is mended. */
const MENDED_AT: Readonly<Record<string, Path>> = {
  quota_exhausted: '/plans',
  subscription_expired: '/plans',
  not_subscribed: '/plans',
  ip_forbidden: '/keys',
  key_cap_reached: '/keys',
  key_unknown: '/keys',
  decrypt_failed: '/encryption',
  encrypt_not_authorized: '/encryption',
  signature_mismatch: '/doctor',
  signature_missing: '/doctor',
}

export function CallAdvice({ of: call }: { readonly of: CallStory }) {
  const { texts } = usePreferences()
  const story = useTexts(CALLS_TEXTS)
  const { result, concerns, repeatableUntilMs } = call
  const special = (story.faults as Readonly<Record<string, string>>)[result]
  const usual = (texts.results.advice as Readonly<Record<string, string>>)[concerns]
  const place = MENDED_AT[result]
  return (
    <div className="block">
      <h3>{texts.calls.next}</h3>
      <p>{special ?? usual}</p>
      {repeatableUntilMs !== undefined && (
        <p role="status">{story.undelivered(beijingTime(repeatableUntilMs))}</p>
      )}
      <ul className="links">
        {place !== undefined && (
          <li>
            <PageLink to={place}>{texts.menu[place]}</PageLink>
          </li>
        )}
        {linksOf(call, story).map(([to, query, text]) => (
          <li key={text}>
            <PageLink to={to} query={query}>
              {text}
            </PageLink>
          </li>
        ))}
      </ul>
    </div>
  )
}

type Link = readonly [to: Path, query: Readonly<Record<string, string>>, text: string]

function linksOf(call: CallStory, story: typeof CALLS_TEXTS.zh): readonly Link[] {
  const { grantId, api, result, keyId } = call
  return [
    ...(grantId === undefined
      ? []
      : [['/packages', {}, story.toPackages(String(grantId))] as const]),
    ['/calls', { keyId }, story.byKey],
    ['/reference', { code: codeOf(call.answer) ?? result }, story.toReference],
    ['/', { api }, story.toExplorer],
  ]
}

/** The code in the body of an answer, as the reference knows it. */
function codeOf(answer: string): string | undefined {
  try {
    const body = JSON.parse(answer)
    const code = body.Response?.Result ?? body.data?.state ?? body.code
    return code === undefined ? undefined : String(code)
  } catch {
    return undefined
  }
}
