/** The reference: what every code means, costs and asks for, searched as one types. */
import { Input, type InputRef } from 'antd'
import { Fragment, useEffect, useRef, useState } from 'react'
import { REFERENCE_TEXTS } from '../../locale/pages/reference.ts'
import { useQuery } from '../../navigation.ts'
import { Choice } from '../../parts/form.tsx'
import { Card, Empty, Page } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Mark, PageLink } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useAdmin } from '../../use-admin.ts'
import { apisOf, type Code, found, isRefusal, KINDS, type Kind, shortName } from './codes.ts'

const VENDORS = ['tencent', 'aliyun'] as const

export function ReferencePage() {
  const texts = useTexts(REFERENCE_TEXTS)
  const query = useQuery()
  const [words, setWords] = useState(query.get('code') ?? '')
  const [api, setApi] = useState('')
  const [kind, setKind] = useState<Kind>('all')
  const { data, problem, reload } = useAdmin<{ items: readonly Code[] }>('/api/admin/reference')
  const codes = data?.items ?? []
  const shown = found(codes, { words, api, kind })
  const search = (typed: string) => {
    setWords(typed)
    // The address of what is looked at can be handed on.
    history.replaceState(
      null,
      '',
      typed === '' ? location.pathname : `?code=${encodeURIComponent(typed)}`,
    )
  }
  return (
    <Page title={texts.title} hint={texts.hint}>
      <Search value={words} onChange={search} />
      <div className="row section">
        <Choice
          label={texts.api}
          value={api}
          options={[['', texts.allApis], ...apisOf(codes).map((each) => [each, each] as const)]}
          onChange={setApi}
        />
        <Choice
          label={texts.kind}
          value={kind}
          options={KINDS.map((each) => [each, texts.kinds[each]] as const)}
          onChange={setKind}
        />
        <span className="quiet" role="status">
          {data !== undefined && texts.count(shown.length, codes.length)}
        </span>
        {api !== '' && (
          <PageLink to="/" query={{ api }}>
            {texts.tryApi}
          </PageLink>
        )}
      </div>
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && shown.length === 0 && <Empty>{texts.none}</Empty>}
      {VENDORS.map((vendor) => {
        const mine = shown.filter((code) => code.vendor === vendor)
        const vendorApis = apisOf(codes.filter((code) => code.vendor === vendor))
        return (
          <Fragment key={vendor}>
            <Results
              vendor={vendor}
              codes={mine.filter((code) => !isRefusal(code))}
              of={vendorApis}
            />
            <Refusals vendor={vendor} codes={mine.filter(isRefusal)} />
          </Fragment>
        )
      })}
    </Page>
  )
}

interface SearchProps {
  readonly value: string
  onChange(typed: string): void
}

function Search({ value, onChange }: SearchProps) {
  const { search } = useTexts(REFERENCE_TEXTS)
  const input = useRef<InputRef>(null)
  useEffect(() => input.current?.focus(), [])
  return (
    <Input
      allowClear
      ref={input}
      size="large"
      className="search"
      aria-label={search}
      placeholder={search}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

interface CodesProps {
  readonly vendor: Code['vendor']
  readonly codes: readonly Code[]
}

interface ResultsProps extends CodesProps {
  /** All APIs of the vendor. */
  readonly of: readonly string[]
}

/** What is found about elements; what it costs, and which APIs say so. */
function Results({ vendor, codes, of }: ResultsProps) {
  const { texts: common } = usePreferences()
  const texts = useTexts(REFERENCE_TEXTS)
  const columns: readonly Column<Code>[] = [
    { title: texts.code, cell: ({ code }) => <CodeText>{code}</CodeText> },
    { title: texts.meaning, cell: (code) => <Meaning of={code} /> },
    {
      title: common.explorer.billing,
      cell: ({ billable }) => (
        <Mark tone={billable ? 'busy' : 'plain'}>
          {billable ? common.explorer.charged : common.explorer.free}
        </Mark>
      ),
    },
    {
      title: common.calls.api,
      cell: ({ apis }) => (
        <small>{apis.length === of.length ? texts.everyApi : apis.map(shortName).join(', ')}</small>
      ),
    },
    { title: texts.next, cell: (code) => <Next of={code} /> },
  ]
  return (
    <Codes
      kind="outcomes"
      title={`${texts.vendors[vendor]} · ${texts.results}`}
      codes={codes}
      columns={columns}
    />
  )
}

/** Why a call was refused before anybody was asked; each API may say so, and none charges it. */
function Refusals({ vendor, codes }: CodesProps) {
  const texts = useTexts(REFERENCE_TEXTS)
  const columns: readonly Column<Code>[] = [
    { title: texts.code, cell: ({ code }) => <CodeText>{code}</CodeText> },
    { title: texts.meaning, cell: (code) => <Meaning of={code} /> },
    { title: texts.next, cell: (code) => <Next of={code} /> },
  ]
  return (
    <Codes
      kind="refusals"
      title={`${texts.vendors[vendor]} · ${texts.refusals}`}
      codes={codes}
      columns={columns}
    />
  )
}

interface TableOfCodesProps {
  readonly kind: 'outcomes' | 'refusals'
  readonly title: string
  readonly codes: readonly Code[]
  readonly columns: readonly Column<Code>[]
}

function Codes({ kind, title, codes, columns }: TableOfCodesProps) {
  if (codes.length === 0) return null
  return (
    <Card title={title}>
      <div className={kind}>
        <Table
          label={title}
          columns={columns}
          items={codes}
          keyOf={({ code, text, apis }) => `${code} ${text.en} ${apis[0] ?? ''}`}
        />
      </div>
    </Card>
  )
}

/** The wire's own words; where they are not in the reader's language, the result's name before them. */
function Meaning({ of: { text, names } }: { readonly of: Code }) {
  const { language, texts } = usePreferences()
  const { outcomes } = texts.results
  const known = names.find((name) => Object.hasOwn(outcomes, name))
  const isForeign = language === 'en' && text.en === text.zh && known !== undefined
  return (
    <>
      {isForeign && <div>{outcomes[known as keyof typeof outcomes]}</div>}
      {text[language]}
      {names.length > 0 && <small className="under">{names.join(' · ')}</small>}
    </>
  )
}

/** A code that may break behind its dots. */
function CodeText({ children }: { readonly children: string }) {
  const parts = children.split('.')
  return (
    <code>
      {parts.map((part, at) => (
        <Fragment key={part}>
          {part}
          {at < parts.length - 1 && '.'}
          <wbr />
        </Fragment>
      ))}
    </code>
  )
}

/** Advice on the name where there is any, else on whose business it is. */
function Next({ of: { names, concerns } }: { readonly of: Code }) {
  const { advice: general } = usePreferences().texts.results
  const { advice, vendorOnly } = useTexts(REFERENCE_TEXTS)
  const named = names.find((name) => Object.hasOwn(advice, name))
  if (named !== undefined) return advice[named as keyof typeof advice]
  if (Object.hasOwn(general, concerns)) return general[concerns as keyof typeof general]
  return <span className="quiet">{vendorOnly}</span>
}
