/** Programs that make the call, by language, coloured when the highlighter has arrived. */
import { Segmented, Select } from 'antd'
import { useEffect, useState } from 'react'
import { CopyButton } from '../../copy-button.tsx'
import { usePreferences } from '../../preferences.ts'
import type { Sample } from './catalogue.ts'

export function CodeView({ samples }: { readonly samples: readonly Sample[] }) {
  const { explorer } = usePreferences().texts
  const languages = [...new Set(samples.map(({ language }) => language))]
  const [chosen, setChosen] = useState(languages[0]!)
  const [sdk, setSdk] = useState('')
  const language = languages.includes(chosen) ? chosen : languages[0]!
  const variants = samples.filter((sample) => sample.language === language)
  const sample = variants.find((variant) => (variant.sdk ?? '') === sdk) ?? variants[0]!
  return (
    <>
      <div className="row field">
        <Select
          aria-label={explorer.code}
          style={{ minWidth: 140 }}
          value={language}
          options={languages.map((value) => ({ value, label: value }))}
          onChange={setChosen}
        />
        {variants.length > 1 && (
          <Segmented
            value={sample.sdk ?? ''}
            options={variants.map((variant) => ({
              value: variant.sdk ?? '',
              label: variant.sdk ?? explorer.raw,
            }))}
            onChange={setSdk}
          />
        )}
        <span className="spacer" />
        <CopyButton text={sample.code} />
      </div>
      {sample.install !== undefined && (
        <p className="quiet">
          {explorer.install}: <code>{sample.install}</code>
        </p>
      )}
      <Highlighted code={sample.code} syntax={sample.syntax} />
    </>
  )
}

function Highlighted({ code, syntax }: { readonly code: string; readonly syntax: string }) {
  const [html, setHtml] = useState<{ of: string; text: string }>()
  useEffect(() => {
    let current = true
    void import('./highlight.ts')
      .then(({ highlight }) => highlight(code, syntax))
      .then((text) => {
        if (current) setHtml({ of: code, text })
      })
    return () => {
      current = false
    }
  }, [code, syntax])
  if (html?.of !== code) return <pre className="code">{code}</pre>
  // The highlighter escapes the code; nothing else is in its output.
  // biome-ignore lint/security/noDangerouslySetInnerHtml: markup of our own making.
  return <div className="code" dangerouslySetInnerHTML={{ __html: html.text }} />
}
