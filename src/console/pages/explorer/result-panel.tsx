/** What came of a call: the answer, the request as sent, the way to its signature, and the code. */
import { Alert, Tag } from 'antd'
import { useEffect, useRef } from 'react'
import { CopyButton } from '../../copy-button.tsx'
import { EXPLORER_TEXTS } from '../../locale/pages/explorer.ts'
import { PageLink } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { Tabs } from '../../tabs.tsx'
import type { Api, Prepared, Result, SentRequest } from './catalogue.ts'
import { CodeView } from './code-view.tsx'
import { ExportView } from './export-view.tsx'
import { codeOf, type MadeExchange, nameOf, type Reply, textOf } from './send.ts'

interface ResultPanelProps {
  readonly api: Api
  readonly prepared: Prepared | undefined
  readonly exchange: MadeExchange | undefined
  /** Grows with each call, whose answer then comes to the front. */
  readonly round: number
}

export function ResultPanel({ api, prepared, exchange, round }: ResultPanelProps) {
  const { language, texts } = usePreferences()
  const request = exchange?.request ?? prepared?.request
  const panel = useRef<HTMLDivElement>(null)
  // On a narrow screen the answer lies below the form.
  useEffect(() => {
    if (round > 0) panel.current?.scrollIntoView({ block: 'nearest' })
  }, [round])
  const { explorer } = texts
  const own = useTexts(EXPLORER_TEXTS)
  const tabs = [
    {
      key: 'response',
      label: explorer.response,
      content: <ResponseView api={api} exchange={exchange} />,
    },
    {
      key: 'code',
      label: explorer.code,
      content: prepared && <CodeView samples={prepared.samples} />,
    },
    {
      key: 'request',
      label: explorer.request,
      content: <RequestView request={request} />,
    },
    { key: 'steps', label: explorer.steps, content: <StepsView request={request} /> },
    { key: 'results', label: explorer.results, content: <ResultTable api={api} /> },
    { key: 'export', label: own.exports, content: <ExportView api={api} /> },
  ]
  return (
    <div className="card" ref={panel}>
      <Tabs key={round} label={api.title[language]} tabs={tabs} />
    </div>
  )
}

function ResponseView({ api, exchange }: Pick<ResultPanelProps, 'api' | 'exchange'>) {
  const { explorer } = usePreferences().texts
  const answer = exchange?.answer
  if (answer === undefined) return <p className="quiet">{explorer.notSent}</p>
  if ('failure' in answer) {
    return <Alert type="error" title={explorer.unreachable + answer.failure} />
  }
  return (
    <>
      <Verdict api={api} reply={answer} isLive={exchange?.isLive === true} />
      <div className="block">
        <div className="row">
          <h2>{explorer.body}</h2>
          <CopyButton text={answer.body} />
        </div>
        <pre className="code">{answer.body === '' ? explorer.emptyBody : pretty(answer.body)}</pre>
      </div>
      <h2>{explorer.headers}</h2>
      <pre className="code">
        {answer.headers.map(([name, value]) => `${name}: ${value}`).join('\n')}
      </pre>
    </>
  )
}

interface VerdictProps {
  readonly api: Api
  readonly reply: Reply
  readonly isLive: boolean
}

/** What the answer means and what it costs, with the way to what happened. */
function Verdict({ api, reply, isLive }: VerdictProps) {
  const { explorer } = usePreferences().texts
  const own = useTexts(EXPLORER_TEXTS)
  const meaning = useMeaning()
  const name = nameOf(reply.body)
  const code = codeOf(reply.body)
  const row = api.results.find((result) => result.code === code)
  const isMatch = code === '0' || code === '10000 · state 1'
  return (
    <div className={`verdict ${isMatch ? 'good' : 'bad'}`} role="status">
      <strong>
        {row === undefined ? (textOf(reply.body) ?? `HTTP ${reply.status}`) : meaning(row)}
      </strong>
      {code !== undefined && <code>{code}</code>}
      <Tag color={row?.billable ? 'orange' : 'default'}>
        {!row?.billable ? explorer.free : isLive ? explorer.charged : own.chargedLive}
      </Tag>
      <span className="quiet">
        {explorer.status} {reply.status} · {explorer.duration} {reply.durationMs.toFixed(1)} ms
      </span>
      {name !== undefined && (
        <PageLink to="/calls" query={{ call: name }}>
          {own.story}
        </PageLink>
      )}
    </div>
  )
}

/** A result in the reader's language, before the vendor's own words where those are another's. */
function useMeaning(): (row: Result) => string {
  const { language, texts } = usePreferences()
  const names: Readonly<Record<string, string>> = texts.results.outcomes
  return ({ text, outcomes }) => {
    const known = language === 'en' ? names[outcomes?.[0] ?? ''] : undefined
    return known === undefined ? text : `${known} · ${text}`
  }
}

interface RequestProps {
  /** Absent where an own key has signed nothing yet. */
  readonly request: SentRequest | undefined
}

function RequestView({ request }: RequestProps) {
  const { afterCall } = useTexts(EXPLORER_TEXTS)
  if (request === undefined) return <p className="quiet">{afterCall}</p>
  const text = [
    `${request.method} ${request.path} HTTP/1.1`,
    `Host: ${location.host}`,
    ...request.headers.map(([name, value]) => `${name}: ${value}`),
    '',
    request.body,
  ].join('\n')
  return (
    <>
      <div className="row field">
        <CopyButton text={text} />
      </div>
      <pre className="code">{text}</pre>
    </>
  )
}

function StepsView({ request }: RequestProps) {
  const { language } = usePreferences()
  const { afterCall } = useTexts(EXPLORER_TEXTS)
  if (request === undefined) return <p className="quiet">{afterCall}</p>
  return request.steps.map(({ title, text }) => (
    <div className="block" key={title.en}>
      <h2>{title[language]}</h2>
      <pre className="code">{text}</pre>
    </div>
  ))
}

function ResultTable({ api }: { readonly api: Api }) {
  const meaning = useMeaning()
  const { explorer } = usePreferences().texts
  return (
    <table className="results">
      <thead>
        <tr>
          <th>{explorer.resultCode}</th>
          <th>{explorer.resultText}</th>
          <th>{explorer.billing}</th>
        </tr>
      </thead>
      <tbody>
        {api.results.map((row) => (
          <tr key={row.code}>
            <td>{row.code}</td>
            <td>{meaning(row)}</td>
            <td>{row.billable ? explorer.charged : explorer.free}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}
