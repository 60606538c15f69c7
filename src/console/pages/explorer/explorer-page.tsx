/** The API Explorer: choose an API, fill it in, send it for real, and take the code along. */
import { Alert, Button, Tag } from 'antd'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { callAdmin } from '../../admin-api.ts'
import { EXPLORER_TEXTS } from '../../locale/pages/explorer.ts'
import { useQuery } from '../../navigation.ts'
import { Page } from '../../parts/page.tsx'
import { useProblemText } from '../../parts/problem-note.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { problemOf } from '../../use-admin.ts'
import { ApiList } from './api-list.tsx'
import type { Api, Catalogue, Prepared, Values } from './catalogue.ts'
import { firstValues, sentValues } from './catalogue.ts'
import { type KeyChoice, KeyField, PUBLISHED, useKeyChoice } from './key-choice.tsx'
import { ParameterForm } from './parameter-form.tsx'
import { ResultPanel } from './result-panel.tsx'
import { type Exchange, type MadeExchange, send, sendOwn, type Wish, wishOf } from './send.ts'

const ConfirmLive = lazy(async () => {
  const { ConfirmLive: Confirm } = await import('./confirm-live.tsx')
  return { default: Confirm }
})

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

function Explorer({ catalogue }: { readonly catalogue: Catalogue }) {
  const query = useQuery()
  const first = catalogue.apis.find(({ id }) => id === query.get('api')) ?? catalogue.apis[0]!
  const [api, setApi] = useState<Api>(first)
  const [authentication, setAuthentication] = useState(first.authentications[0]!)
  const [values, setValues] = useState<Values>(() => firstValues(first, catalogue.people))
  const [wantedKey, setWantedKey] = useState(PUBLISHED)
  const [exchange, setExchange] = useState<MadeExchange>()
  const [round, setRound] = useState(0)
  const [asking, setAsking] = useState(false)
  const choice = useKeyChoice(catalogue, authentication, wantedKey)
  const { key } = choice
  const wish: Wish = {
    ...{ api, authentication, values: sentValues(api, values) },
    ...(key !== undefined && { keyId: key.id }),
  }
  const prepared = usePrepared(wish)
  const { sending, call } = useCall(wish, (made) => {
    setExchange({ ...made, isLive: choice.isLive })
    setRound((before) => before + 1)
  })
  const choose = (next: Api) => {
    setApi(next)
    setAuthentication(next.authentications[0]!)
    setValues(firstValues(next, catalogue.people))
    setExchange(undefined)
  }
  return (
    <Framed of={choice}>
      <div className="explorer">
        <ApiList apis={catalogue.apis} chosen={api} onChoose={choose} />
        <ParameterForm
          api={api}
          catalogue={catalogue}
          authentication={authentication}
          values={values}
          sending={sending}
          isLive={choice.isLive}
          mayCall={choice.mayCall}
          keyField={<KeyField choice={choice} onChoose={setWantedKey} />}
          onAuthentication={setAuthentication}
          onValues={setValues}
          onSend={() => (choice.isLive ? setAsking(true) : void call())}
        />
        <ResultPanel api={api} prepared={prepared} exchange={exchange} round={round} />
      </div>
      {asking && key !== undefined && (
        <Suspense>
          <ConfirmLive
            api={api}
            of={key}
            onClose={() => setAsking(false)}
            onConfirm={() => {
              setAsking(false)
              void call()
            }}
          />
        </Suspense>
      )}
    </Framed>
  )
}

interface FramedProps {
  readonly of: KeyChoice
  readonly children: ReactNode
}

/** The page, whose head says what a call will reach. */
function Framed({ of: { isLive, key }, children }: FramedProps) {
  const { explorer } = usePreferences().texts
  const texts = useTexts(EXPLORER_TEXTS)
  const hint = isLive ? texts.liveHint : key === undefined ? explorer.sandboxHint : texts.testHint
  const mark = (
    <Tag color={isLive ? 'orange' : 'blue'}>{isLive ? texts.liveTag : explorer.sandbox}</Tag>
  )
  return (
    <Page title={explorer.title} mark={mark} hint={hint}>
      {children}
    </Page>
  )
}

const TYPING_PAUSE_MS = 250

/** The code of a call, which follows what is typed a moment later. */
function usePrepared(wish: Wish): Prepared | undefined {
  const [prepared, setPrepared] = useState<Prepared>()
  const asked = JSON.stringify(wishOf(wish))
  useEffect(() => {
    let current = true
    const follow = () =>
      prepare(JSON.parse(asked)).then(
        (made) => current && setPrepared(made),
        () => current && setPrepared(undefined),
      )
    const timer = setTimeout(follow, TYPING_PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [asked])
  return prepared
}

function useCall(wish: Wish, onExchange: (exchange: Exchange) => void) {
  const [sending, setSending] = useState(false)
  const textOf = useProblemText()
  const call = async () => {
    setSending(true)
    try {
      onExchange(await exchangeOf(wish))
    } catch (error) {
      onExchange({ answer: { failure: textOf(problemOf(error)) } })
    } finally {
      setSending(false)
    }
  }
  return { sending, call }
}

/** A request that was prepared just now: a signature does not keep. */
async function exchangeOf(wish: Wish): Promise<Exchange> {
  if (wish.keyId !== undefined) return await sendOwn(wish)
  const { request } = await prepare(wishOf(wish))
  if (request === undefined) throw new Error('nothing to send')
  return await send(request)
}

function prepare(wish: object): Promise<Prepared> {
  return callAdmin<Prepared>('/api/admin/explorer/prepare', wish)
}
