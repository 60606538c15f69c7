/** What a request was like: its interface and the elements it brought, of which only the names are known. */
import type { CallStory } from '../../api-types.ts'
import { CALLS_TEXTS } from '../../locale/pages/calls.ts'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'

/** What is used here of what the admin API says of its interfaces. */
interface Shapes {
  readonly apis: readonly {
    readonly id: string
    readonly title: Readonly<Record<'zh' | 'en', string>>
    readonly method: string
    readonly path: string
    readonly parameters: readonly { readonly name: string; readonly element?: string }[]
  }[]
}

export function CallRequest({ of: call }: { readonly of: CallStory }) {
  const { language } = usePreferences()
  const story = useTexts(CALLS_TEXTS)
  const { data } = useAdmin<Shapes>('/api/admin/explorer')
  const shape = data?.apis.find(({ id }) => id === call.api)
  const { elements } = call
  const fields = shape?.parameters.flatMap(({ name, element }) =>
    elements?.some((each) => each === element) ? [`  ${name}: ***`] : [],
  )
  const lines = [
    shape === undefined ? call.api : `${shape.method} ${shape.path}`,
    ...(shape === undefined ? [] : [`  ${call.api}`]),
    ...(fields ?? []),
  ]
  const brought = elements
    ?.map((name) => story.elements[name])
    .join(language === 'zh' ? '、' : ', ')
  return (
    <div className="block">
      <h3>{story.request}</h3>
      {shape !== undefined && <p className="quiet">{shape.title[language]}</p>}
      <pre className="code">{lines.join('\n')}</pre>
      <p className="quiet">
        {brought === undefined ? story.unknownElements : story.sent(brought === '' ? '—' : brought)}
      </p>
    </div>
  )
}
