/** The signature doctor: paste a refused request, read where it went wrong. */
import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import { callAdmin } from '../../admin-api.ts'
import { usePreferences } from '../../preferences.ts'
import type { Bilingual } from '../explorer/catalogue.ts'

interface Diagnosis {
  readonly fault: string
  readonly explanation: Bilingual
  readonly also?: Bilingual
  readonly difference?: {
    readonly line: number
    readonly signed: string
    readonly expected: string
  }
  readonly steps: readonly { readonly title: Bilingual; readonly text: string }[]
}

export function DoctorPage() {
  const { doctor } = usePreferences().texts
  const [request, setRequest] = useState('')
  const [diagnosis, setDiagnosis] = useState<Diagnosis>()
  const [unreadable, setUnreadable] = useState(false)
  const examine = async () => {
    setUnreadable(false)
    setDiagnosis(undefined)
    try {
      setDiagnosis(await callAdmin<Diagnosis>('/api/admin/doctor', { request }))
    } catch {
      setUnreadable(true)
    }
  }
  return (
    <>
      <div className="explorer-head">
        <h1>{doctor.title}</h1>
        <span className="quiet">{doctor.hint}</span>
      </div>
      <div className="halves">
        <form
          className="card"
          onSubmit={(event) => {
            event.preventDefault()
            void examine()
          }}
        >
          <Input.TextArea
            className="pasted"
            aria-label={doctor.title}
            placeholder={doctor.placeholder}
            autoSize={{ minRows: 14, maxRows: 30 }}
            value={request}
            onChange={(event) => setRequest(event.target.value)}
          />
          <Button type="primary" size="large" htmlType="submit" disabled={request.trim() === ''}>
            {doctor.examine}
          </Button>
        </form>
        <div className="card">
          {unreadable && <Alert type="error" title={doctor.unreadable} />}
          {diagnosis !== undefined && <DiagnosisView diagnosis={diagnosis} />}
        </div>
      </div>
    </>
  )
}

function DiagnosisView({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const { language, texts } = usePreferences()
  const { doctor } = texts
  const { fault, explanation, also, difference, steps } = diagnosis
  return (
    <>
      <div className={`verdict ${fault === 'verifies' ? 'good' : 'bad'}`} role="status">
        <strong>{explanation[language]}</strong>
        {also !== undefined && <strong>{also[language]}</strong>}
        <code>{fault}</code>
      </div>
      {difference !== undefined && (
        <div className="block">
          <h2>
            {doctor.line} {difference.line} {doctor.lineEnd}
          </h2>
          <p className="quiet">{doctor.signed}</p>
          <pre className="code bad-line">{difference.signed}</pre>
          <p className="quiet">{doctor.expected}</p>
          <pre className="code good-line">{difference.expected}</pre>
        </div>
      )}
      {steps.length > 0 && <h2>{doctor.steps}</h2>}
      {steps.map(({ title, text }) => (
        <div className="block" key={title.en}>
          <p className="quiet">{title[language]}</p>
          <pre className="code">{text}</pre>
        </div>
      ))}
    </>
  )
}
