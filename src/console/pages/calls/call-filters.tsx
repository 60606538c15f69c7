/** Which calls are shown. */
import { Button } from 'antd'
import { useState } from 'react'
import type { ElementName } from '../../api-types.ts'
import { CALLS_TEXTS } from '../../locale/pages/calls.ts'
import { ChoiceField, type Option, TextField } from '../../parts/form.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { type Filters, SPANS, type Span } from './filters.ts'

interface CallFiltersProps {
  readonly of: Filters
  onChange(filters: Filters): void
  /** Somebody looks for one call by its RequestId or seqNo. */
  onName(name: string): void
}

const FIELD = { problem: undefined }

export function CallFilters({ of, onChange, onName }: CallFiltersProps) {
  const { texts } = usePreferences()
  const { calls } = texts
  const own = useTexts(CALLS_TEXTS)
  const [name, setName] = useState('')
  const spans: readonly Option<Span>[] = SPANS.map((span) => [span, own.spans[span]])
  return (
    <div className="filters">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') onName(name.trim())
        }}
      >
        <TextField {...FIELD} label={calls.find} name="name" value={name} onChange={setName} />
        <Button htmlType="submit">{calls.open}</Button>
      </form>
      <ChoiceField
        {...FIELD}
        label={own.span}
        name="span"
        value={of.span}
        options={spans}
        onChange={(span) => onChange({ ...of, span })}
      />
      {of.span === 'own' && <Times of={of} onChange={onChange} />}
      <ResultField of={of} onChange={onChange} />
      <ChoiceField
        {...FIELD}
        label={calls.charge}
        name="charged"
        value={of.charged}
        options={[
          ['', calls.all],
          ['true', texts.explorer.charged],
          ['false', texts.explorer.free],
        ]}
        onChange={(charged) => onChange({ ...of, charged })}
      />
      <ChoiceField
        {...FIELD}
        label={calls.mode}
        name="mode"
        value={of.mode}
        options={[
          ['', calls.all],
          ['live', texts.modes.live],
          ['test', texts.modes.test],
        ]}
        onChange={(mode) => onChange({ ...of, mode })}
      />
      <TextField
        {...FIELD}
        label={own.keyId}
        name="keyId"
        value={of.keyId}
        onChange={(keyId) => onChange({ ...of, keyId: keyId.trim() })}
      />
    </div>
  )
}

type PartProps = Pick<CallFiltersProps, 'of' | 'onChange'>

function Times({ of, onChange }: PartProps) {
  const { calls } = usePreferences().texts
  return (['since', 'until'] as const).map((bound) => (
    <TextField
      {...FIELD}
      key={bound}
      label={calls[bound]}
      name={bound}
      type="datetime-local"
      value={of[bound]}
      onChange={(typed) => onChange({ ...of, [bound]: typed })}
    />
  ))
}

function ResultField({ of, onChange }: PartProps) {
  const { calls, results } = usePreferences().texts
  const isListed = of.result === '' || Object.hasOwn(results.outcomes, of.result)
  return (
    <ChoiceField
      {...FIELD}
      label={calls.result}
      name="result"
      value={of.result}
      options={[
        ['', calls.all],
        ...Object.entries(results.outcomes),
        ...(isListed ? [] : [[of.result, of.result] as const]),
      ]}
      onChange={(result) => onChange({ ...of, result })}
    />
  )
}

/** An element that calls are looked for by. */
export interface Sought {
  readonly element: ElementName
  readonly value: string
}

interface ElementSearchProps {
  readonly of: Sought | undefined
  onSeek(sought: Sought | undefined): void
}

const ELEMENTS: readonly ElementName[] = ['cardNumber', 'mobile', 'idNumber', 'name']

export function ElementSearch({ of, onSeek }: ElementSearchProps) {
  const own = useTexts(CALLS_TEXTS)
  const [element, setElement] = useState<ElementName>('cardNumber')
  const [value, setValue] = useState('')
  if (of !== undefined) {
    return (
      <p className="row" role="status">
        {own.searching(own.elements[of.element])}
        <Button size="small" onClick={() => onSeek(undefined)}>
          {own.clear}
        </Button>
      </p>
    )
  }
  return (
    <details className="fold">
      <summary>{own.element}</summary>
      <p className="quiet">{own.valueHint}</p>
      <form
        className="filters"
        onSubmit={(event) => {
          event.preventDefault()
          if (value.trim() === '') return
          onSeek({ element, value: value.trim() })
          setValue('')
        }}
      >
        <ChoiceField
          {...FIELD}
          label={own.which}
          name="element"
          value={element}
          options={ELEMENTS.map((each) => [each, own.elements[each]])}
          onChange={setElement}
        />
        <TextField {...FIELD} label={own.value} name="value" value={value} onChange={setValue} />
        <Button htmlType="submit">{own.search}</Button>
      </form>
    </details>
  )
}
