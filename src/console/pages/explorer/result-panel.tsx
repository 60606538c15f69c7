/** What came of a call: the answer, the request as sent, the way to its signature, and the code. */
import { Alert, Tag } from 'antd'
import { CopyButton } from '../../copy-button.tsx'
import { usePreferences } from '../../preferences.ts'
import { Tabs } from '../../tabs.tsx'
import type { Api, Prepared } from './catalogue.ts'
import { CodeView } from './code-view.tsx'
import { type Answer, codeOf, type Reply, textOf } from './send.ts'

interface ResultPanelProps {
  readonly api: Api
  readonly prepared: Prepared | undefined
  readonly answer: Answer | undefined
}

export function ResultPanel({ api, prepared, answer }: ResultPanelProps) {
  const { language, texts } = usePreferences()
  const { explorer } = texts
  const tabs = [
    {
      key: 'response',
      label: explorer.response,
      content: <ResponseView api={api} answer={answer} />,
    },
    {
      key: 'code',
      label: explorer.code,
      content: prepared && <CodeView samples={prepared.samples} />,
    },
    {
      key: 'request',
      label: explorer.request,
      content: prepared && <RequestView prepared={prepared} />,
    },
    { key: 'steps', label: explorer.steps, content: prepared && <StepsView prepared={prepared} /> },
    { key: 'results', label: explorer.results, content: <ResultTable api={api} /> },
  ]
  return (
    <div className="card">
      <Tabs label={api.title[language]} tabs={tabs} />
    </div>
  )
}

function ResponseView({ api, answer }: Pick<ResultPanelProps, 'api' | 'answer'>) {
  const { explorer } = usePreferences().texts
  if (answer === undefined) return <p className="quiet">{explorer.notSent}</p>
  if ('failure' in answer) {
    return <Alert type="error" title={explorer.unreachable + answer.failure} />
  }
  return (
    <>
      <Verdict api={api} reply={answer} />
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

/** One line that says what the answer means and what it costs. */
function Verdict({ api, reply }: { readonly api: Api; readonly reply: Reply }) {
  const { explorer } = usePreferences().texts
  const code = codeOf(reply.body)
  const row = api.results.find((result) => result.code === code)
  const isMatch = code === '0' || code === '10000 · state 1'
  return (
    <div className={`verdict ${isMatch ? 'good' : 'bad'}`} role="status">
      <strong>{row?.text ?? textOf(reply.body) ?? `HTTP ${reply.status}`}</strong>
      {code !== undefined && <code>{code}</code>}
      <Tag color={row?.billable ? 'orange' : 'default'}>
        {row?.billable ? explorer.charged : explorer.free}
      </Tag>
      <span className="quiet">
        {explorer.status} {reply.status} · {explorer.duration} {reply.durationMs.toFixed(1)} ms
      </span>
    </div>
  )
}

function RequestView({ prepared: { request } }: { readonly prepared: Prepared }) {
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

function StepsView({ prepared: { request } }: { readonly prepared: Prepared }) {
  const { language } = usePreferences()
  return request.steps.map(({ title, text }) => (
    <div className="block" key={title.en}>
      <h2>{title[language]}</h2>
      <pre className="code">{text}</pre>
    </div>
  ))
}

function ResultTable({ api }: { readonly api: Api }) {
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
        {api.results.map(({ code, text, billable }) => (
          <tr key={code}>
            <td>{code}</td>
            <td>{text}</td>
            <td>{billable ? explorer.charged : explorer.free}</td>
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
