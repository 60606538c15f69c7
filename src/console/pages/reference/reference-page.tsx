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
import { type Code, found, KINDS, type Kind, type Vendor } from './codes.ts'

const VENDORS = ['tencent', 'aliyun'] as const

export function ReferencePage() {
  const texts = useTexts(REFERENCE_TEXTS)
  const query = useQuery()
  const [words, setWords] = useState(query.get('code') ?? '')
  const [vendor, setVendor] = useState<Vendor>('')
  const [kind, setKind] = useState<Kind>('all')
  const { data, problem, reload } = useAdmin<{ items: readonly Code[] }>('/api/admin/reference')
  const input = useRef<InputRef>(null)
  useEffect(() => input.current?.focus(), [])
  const codes = data?.items ?? []
  const shown = found(codes, { words, vendor, kind })
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
      <Input
        allowClear
        ref={input}
        size="large"
        className="search"
        aria-label={texts.search}
        placeholder={texts.search}
        value={words}
        onChange={(event) => search(event.target.value)}
      />
      <div className="row section">
        <Choice
          label={texts.vendor}
          value={vendor}
          options={[
            ['', texts.allVendors],
            ...VENDORS.map((each) => [each, texts.vendors[each]] as const),
          ]}
          onChange={setVendor}
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
      </div>
      <ProblemNote problem={problem} onRetry={reload} />
      {data !== undefined && shown.length === 0 && <Empty>{texts.none}</Empty>}
      {VENDORS.map((each) => (
        <Codes key={each} vendor={each} codes={shown.filter((code) => code.vendor === each)} />
      ))}
    </Page>
  )
}

interface CodesProps {
  readonly vendor: Code['vendor']
  readonly codes: readonly Code[]
}

function Codes({ vendor, codes }: CodesProps) {
  const { texts: common } = usePreferences()
  const texts = useTexts(REFERENCE_TEXTS)
  if (codes.length === 0) return null
  const columns: readonly Column<Code>[] = [
    { title: texts.code, cell: ({ code }) => <CodeText>{code}</CodeText> },
    {
      title: texts.meaning,
      cell: (code) => <Meaning of={code} />,
    },
    {
      title: common.explorer.billing,
      cell: ({ billable }) => (
        <Mark tone={billable ? 'busy' : 'plain'}>
          {billable ? common.explorer.charged : common.explorer.free}
        </Mark>
      ),
    },
    { title: common.calls.api, cell: ({ apis }) => <Apis of={apis} /> },
    { title: texts.next, cell: (code) => <Next of={code} /> },
  ]
  return (
    <Card title={texts.vendors[vendor]}>
      <Table
        label={texts.vendors[vendor]}
        columns={columns}
        items={codes}
        keyOf={({ code, text, apis }) => `${code} ${text.en} ${apis[0] ?? ''}`}
      />
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

function Apis({ of: apis }: { readonly of: readonly string[] }) {
  const { everyApi } = useTexts(REFERENCE_TEXTS)
  if (apis.length === 0) return everyApi
  return apis.map((api) => (
    <small className="under" key={api}>
      <PageLink to="/" query={{ api }}>
        {api.slice(api.indexOf('.') + 1)}
      </PageLink>
    </small>
  ))
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
