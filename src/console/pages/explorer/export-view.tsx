/** Descriptions of an API for other tools, as files. */
import { EXPLORER_TEXTS } from '../../locale/pages/explorer.ts'
import { useTexts } from '../../preferences.ts'
import type { Api } from './catalogue.ts'

const FORMATS = ['openapi', 'postman'] as const

export function ExportView({ api }: { readonly api: Api }) {
  const texts = useTexts(EXPLORER_TEXTS)
  const { origin } = location
  const addressOf = (format: string) =>
    `/api/admin/explorer/document?${new URLSearchParams({ api: api.id, format, origin })}`
  return (
    <>
      <p className="quiet">{texts.exportsHint}</p>
      {FORMATS.map((format) => (
        <div className="block" key={format}>
          <h2>{texts[format]}</h2>
          <p>{texts[`${format}Hint`]}</p>
          <a href={addressOf(format)} download>
            {texts.download} {texts[format]}
          </a>
        </div>
      ))}
    </>
  )
}
