/** The signature doctor: paste a refused request, read where it went wrong. */
import { Alert, Button, Input } from 'antd'
import { useState } from 'react'
import { callAdmin } from '../../admin-api.ts'
import type { Key } from '../../api-types.ts'
import { DOCTOR_TEXTS } from '../../locale/pages/doctor.ts'
import { Choice } from '../../parts/form.tsx'
import { Page } from '../../parts/page.tsx'
import { useProblemText } from '../../parts/problem-note.tsx'
import { PageLink } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useScoped } from '../../session.ts'
import { type ListPage, problemOf, useAdmin } from '../../use-admin.ts'
import type { Bilingual, Catalogue } from '../explorer/catalogue.ts'

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

const KEYS_MAX = 200
/** Stands for the published keys among the ids of others. */
const PUBLISHED = ''
/** The commonest mistake of all. */
const EXAMPLE = `POST /communication/personal/1887 HTTP/1.1
Host: 127.0.0.1:8080
Authorization: APPCODEkayansandboxappcode
Content-Type: application/x-www-form-urlencoded; charset=UTF-8

acc_no=6299991000000015`

export function DoctorPage() {
  const { doctor } = usePreferences().texts
  const texts = useTexts(DOCTOR_TEXTS)
  const [request, setRequest] = useState('')
  const [wanted, setWanted] = useState<string>()
  const [diagnosis, setDiagnosis] = useState<Diagnosis>()
  const [problem, setProblem] = useState<string>()
  const refusalOf = useRefusalText()
  const { keys, published } = useKeys()
  // The request names its key, unless that is a secret as a whole.
  const words = headWords(request)
  const named = keys?.find(({ label }) => words.includes(label))?.id
  const keyId = wanted ?? named ?? (published ? PUBLISHED : keys?.[0]?.id)
  const examine = async () => {
    setProblem(undefined)
    setDiagnosis(undefined)
    try {
      const asked = { request, ...(keyId !== undefined && keyId !== PUBLISHED && { keyId }) }
      setDiagnosis(await callAdmin<Diagnosis>('/api/admin/doctor', asked))
    } catch (error) {
      setProblem(refusalOf(error))
    }
  }
  return (
    <Page title={texts.title} hint={texts.hint}>
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
            aria-label={texts.title}
            placeholder={doctor.placeholder}
            autoSize={{ minRows: 14, maxRows: 30 }}
            value={request}
            onChange={(event) => setRequest(event.target.value)}
          />
          {keys !== undefined && (
            <KeyField keys={keys} published={published} value={keyId} onChange={setWanted} />
          )}
          <div className="row">
            <Button type="primary" size="large" htmlType="submit" disabled={request.trim() === ''}>
              {doctor.examine}
            </Button>
            {published && (
              <Button size="large" onClick={() => setRequest(EXAMPLE)}>
                {texts.example}
              </Button>
            )}
          </div>
        </form>
        <div className="card">
          {problem !== undefined && <Alert type="error" title={problem} />}
          {diagnosis !== undefined && <DiagnosisView diagnosis={diagnosis} />}
          {problem === undefined && diagnosis === undefined && (
            <p className="quiet">{texts.waiting}</p>
          )}
        </div>
      </div>
    </Page>
  )
}

/** What stands in the request line and the headers, word by word. */
function headWords(request: string): readonly string[] {
  const [head = ''] = request.split(/\r?\n\r?\n/)
  return head.split(/[\s=/,:;&?]+/)
}

/** The keys of the account that sign or are sent, and whether the published ones work here. */
function useKeys(): { readonly keys: readonly Key[] | undefined; readonly published: boolean } {
  const scoped = useScoped()
  const { data: catalogue } = useAdmin<Catalogue>('/api/admin/explorer')
  const { data } = useAdmin<ListPage<Key>>(scoped(`/api/admin/keys?limit=${KEYS_MAX}`))
  const kinds = Object.values(catalogue?.keyKinds ?? {})
  const keys = data?.items.filter(({ kind, state, temporary }) => {
    return kinds.includes(kind) && state === 'active' && temporary !== true
  })
  return { keys: catalogue && keys, published: catalogue?.published ?? false }
}

interface KeyFieldProps {
  readonly keys: readonly Key[]
  readonly published: boolean
  readonly value: string | undefined
  readonly onChange: (keyId: string) => void
}

function KeyField({ keys, published, value = PUBLISHED, onChange }: KeyFieldProps) {
  const { modes } = usePreferences().texts
  const texts = useTexts(DOCTOR_TEXTS)
  if (!published && keys.length === 0) {
    return (
      <p className="field">
        {texts.noKey} <PageLink to="/keys">{texts.makeKey}</PageLink>
      </p>
    )
  }
  const options = [
    ...(published ? [[PUBLISHED, texts.published] as const] : []),
    ...keys.map(({ id, mode, label }) => [id, `${modes[mode]} · ${label}`] as const),
  ]
  return (
    <div className="field">
      <label htmlFor="doctor-key">{texts.key}</label>
      <Choice id="doctor-key" value={value} options={options} onChange={onChange} />
      <small className="under">{texts.keyHint}</small>
    </div>
  )
}

/** Why no diagnosis came, in the reader's language. */
function useRefusalText(): (error: unknown) => string {
  const { unreadable } = usePreferences().texts.doctor
  const { otherKind, wanted } = useTexts(DOCTOR_TEXTS)
  const textOf = useProblemText()
  return (error) => {
    const problem = problemOf(error)
    if (problem.field === 'request') return unreadable
    if (problem.field === 'keyId') return problem.message === 'missing' ? wanted : otherKind
    return textOf(problem)
  }
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
