/** The APIs that can be called, by vendor, with a search over names and titles. */
import { Input } from 'antd'
import { useState } from 'react'
import { usePreferences } from '../../preferences.ts'
import type { Api } from './catalogue.ts'

const VENDORS: Readonly<Record<string, string>> = {
  tencent: '腾讯云 Tencent Cloud',
  aliyun: '阿里云市场 Aliyun',
}

interface ApiListProps {
  readonly apis: readonly Api[]
  readonly chosen: Api
  readonly onChoose: (api: Api) => void
}

export function ApiList({ apis, chosen, onChoose }: ApiListProps) {
  const { language, texts } = usePreferences()
  const [wanted, setWanted] = useState('')
  const found = apis.filter((api) => isFound(api, wanted.trim().toLowerCase().split(/\s+/)))
  const vendors = [...new Set(found.map(({ vendor }) => vendor))]
  return (
    <div className="card apis-card">
      <Input
        allowClear
        aria-label={texts.explorer.search}
        placeholder={texts.explorer.search}
        value={wanted}
        onChange={(event) => setWanted(event.target.value)}
      />
      <div className="apis">
        {vendors.map((vendor) => (
          <section key={vendor}>
            <h3>{VENDORS[vendor] ?? vendor}</h3>
            {found
              .filter((api) => api.vendor === vendor)
              .map((api) => (
                <button
                  type="button"
                  key={api.id}
                  aria-pressed={api.id === chosen.id}
                  onClick={() => onChoose(api)}
                >
                  {api.title[language]}
                  <small>{vendor === 'aliyun' ? api.path : api.id.slice(vendor.length + 1)}</small>
                </button>
              ))}
          </section>
        ))}
      </div>
    </div>
  )
}

/** Whether every word is in an API's name, titles, address or parameters. */
function isFound({ id, title, path, parameters }: Api, words: readonly string[]): boolean {
  const names = parameters.map(({ name, description: { zh, en } }) => `${name} ${zh} ${en}`)
  const text = [id, title.zh, title.en, path, ...names].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}
