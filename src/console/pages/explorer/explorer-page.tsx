/** The API Explorer: choose an API, fill it in, send it for real, and take the code along. */
import { Alert, Button, Tag } from 'antd'
import { useEffect, useState } from 'react'
import { callAdmin } from '../../admin-api.ts'
import { usePreferences } from '../../preferences.ts'
import { ApiList } from './api-list.tsx'
import type { Api, Catalogue, Prepared, Values } from './catalogue.ts'
import { sampleValues, sentValues } from './catalogue.ts'
import { ParameterForm } from './parameter-form.tsx'
import { ResultPanel } from './result-panel.tsx'
import { type Answer, send } from './send.ts'

export function ExplorerPage() {
  const { texts } = usePreferences()
  const [catalogue, setCatalogue] = useState<Catalogue>()
  const [failure, setFailure] = useState<string>()
  const load = () => {
    setFailure(undefined)
    callAdmin<Catalogue>('/api/admin/explorer').then(setCatalogue, (error: Error) =>
      setFailure(error.message),
    )
  }
  useEffect(load, [])
  if (failure !== undefined) {
    const retry = <Button onClick={load}>{texts.retry}</Button>
    return <Alert type="error" title={texts.failed + failure} action={retry} />
  }
  if (catalogue === undefined) return <p className="quiet">{texts.loading}</p>
  return <Explorer catalogue={catalogue} />
}

const TYPING_PAUSE_MS = 250

function Explorer({ catalogue }: { readonly catalogue: Catalogue }) {
  const { explorer } = usePreferences().texts
  const first = catalogue.apis[0]!
  const [api, setApi] = useState<Api>(first)
  const [authentication, setAuthentication] = useState(first.authentications[0]!)
  const [values, setValues] = useState<Values>(() => sampleValues(first))
  const [prepared, setPrepared] = useState<Prepared>()
  const [answer, setAnswer] = useState<Answer>()
  const [sending, setSending] = useState(false)

  const choose = (chosen: Api) => {
    setApi(chosen)
    setAuthentication(chosen.authentications[0]!)
    setValues(sampleValues(chosen))
    setAnswer(undefined)
  }
  // The code follows what is typed, a moment later.
  useEffect(() => {
    const follow = () =>
      prepare(api, authentication, values).then(setPrepared, () => setPrepared(undefined))
    const timer = setTimeout(follow, TYPING_PAUSE_MS)
    return () => clearTimeout(timer)
  }, [api, authentication, values])
  const submit = async () => {
    setSending(true)
    try {
      const fresh = await prepare(api, authentication, values)
      setPrepared(fresh)
      setAnswer(await send(fresh))
    } catch (error) {
      setAnswer({ failure: (error as Error).message })
    } finally {
      setSending(false)
    }
  }
  return (
    <>
      <div className="explorer-head">
        <h1>{explorer.title}</h1>
        <Tag color="blue">{explorer.sandbox}</Tag>
        <span className="quiet">{explorer.sandboxHint}</span>
      </div>
      <div className="explorer">
        <ApiList apis={catalogue.apis} chosen={api} onChoose={choose} />
        <ParameterForm
          api={api}
          catalogue={catalogue}
          authentication={authentication}
          values={values}
          sending={sending}
          onAuthentication={setAuthentication}
          onValues={setValues}
          onSend={submit}
        />
        <ResultPanel api={api} prepared={prepared} answer={answer} />
      </div>
    </>
  )
}

function prepare(api: Api, authentication: string, values: Values): Promise<Prepared> {
  return callAdmin<Prepared>('/api/admin/explorer/prepare', {
    api: api.id,
    authentication,
    origin: location.origin,
    values: sentValues(api, values),
  })
}
