/** Which calls are shown. */
import { Button } from 'antd'
import { useState } from 'react'
import { ChoiceField, TextField } from '../../parts/form.tsx'
import { beijingMs } from '../../parts/format.ts'
import { usePreferences } from '../../preferences.ts'

export interface Filters {
  /** Name of an outcome or fault; empty of all. */
  readonly result: string
  readonly charged: '' | 'true' | 'false'
  readonly mode: '' | 'test' | 'live'
  /** `2026-11-21T09:30`, Beijing time; empty without a bound. */
  readonly since: string
  readonly until: string
}

/** The filters as the admin API wants them. */
export function queryOf({ since, until, ...rest }: Filters): string {
  const sinceMs = beijingMs(since)
  const untilMs = beijingMs(until)
  const query = new URLSearchParams({
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== '')),
    ...(sinceMs !== undefined && { sinceMs: String(sinceMs) }),
    ...(untilMs !== undefined && { untilMs: String(untilMs) }),
  })
  return query.size === 0 ? '' : `?${query}`
}

interface CallFiltersProps {
  readonly of: Filters
  onChange(filters: Filters): void
  /** Somebody looks for one call by its RequestId or seqNo. */
  onName(name: string): void
}

export function CallFilters({ of, onChange, onName }: CallFiltersProps) {
  const { texts } = usePreferences()
  const { calls } = texts
  const [name, setName] = useState('')
  const field = { problem: undefined }
  const outcomes = Object.entries(texts.results.outcomes)
  const known = of.result === '' || Object.hasOwn(texts.results.outcomes, of.result)
  return (
    <div className="filters">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '') onName(name.trim())
        }}
      >
        <TextField {...field} label={calls.find} name="name" value={name} onChange={setName} />
        <Button htmlType="submit">{calls.open}</Button>
      </form>
      <ChoiceField
        {...field}
        label={calls.result}
        name="result"
        value={of.result}
        options={[
          ['', calls.all],
          ...outcomes,
          ...(known ? [] : [[of.result, of.result] as const]),
        ]}
        onChange={(result) => onChange({ ...of, result })}
      />
      <ChoiceField
        {...field}
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
        {...field}
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
        {...field}
        label={calls.since}
        name="since"
        type="datetime-local"
        value={of.since}
        onChange={(since) => onChange({ ...of, since })}
      />
      <TextField
        {...field}
        label={calls.until}
        name="until"
        type="datetime-local"
        value={of.until}
        onChange={(until) => onChange({ ...of, until })}
      />
    </div>
  )
}
