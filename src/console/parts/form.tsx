/** Forms: labelled fields, each with the refusal that belongs to it, and the button that sends. */
import { Button, Input } from 'antd'
import { type ReactNode, useId } from 'react'
import type { Problem } from '../admin-api.ts'
import { usePreferences } from '../preferences.ts'
import { useProblemText } from './problem-note.tsx'

interface FieldProps {
  readonly label: string
  readonly hint?: string | undefined
  /** The field by its name in the request. */
  readonly name: string
  readonly problem: Problem | undefined
  readonly children: (id: string) => ReactNode
}

/** One field; shows the refusal if it is of this field. */
export function Field({ label, hint, name, problem, children }: FieldProps) {
  const id = useId()
  const text = useProblemText()
  const mine = problem?.field === name || problem?.field?.startsWith(`${name}.`) === true
  return (
    <div className="form-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
      {hint !== undefined && <small className="quiet">{hint}</small>}
      {mine && (
        <small className="required" role="alert">
          {text(problem)}
        </small>
      )}
    </div>
  )
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string
  readonly type?: 'text' | 'password' | 'number' | 'date' | 'datetime-local' | 'email'
  readonly placeholder?: string
  readonly autoComplete?: string
  readonly required?: boolean
  onChange(value: string): void
}

export function TextField({ value, onChange, type = 'text', ...field }: TextFieldProps) {
  const { placeholder, autoComplete = 'off', required = false, ...named } = field
  return (
    <Field {...named}>
      {(id) => (
        <Input
          id={id}
          type={type}
          value={value}
          placeholder={placeholder ?? ''}
          autoComplete={autoComplete}
          required={required}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** Why somebody does what is kept with its reason. */
export function ReasonField(props: Pick<TextFieldProps, 'problem' | 'value' | 'onChange'>) {
  const { reason } = usePreferences().texts.orders
  return <TextField {...props} label={reason} name="reason" required />
}

/** A value and the words for it. */
export type Option<V extends string> = readonly [value: V, text: string]

interface ChoiceFieldProps<V extends string> extends Omit<FieldProps, 'children'> {
  readonly value: V
  readonly options: readonly Option<NoInfer<V>>[]
  onChange(value: NoInfer<V>): void
}

export function ChoiceField<V extends string>(props: ChoiceFieldProps<V>) {
  const { value, options, onChange, ...named } = props
  return (
    <Field {...named}>
      {(id) => <Choice id={id} value={value} options={options} onChange={onChange} />}
    </Field>
  )
}

interface ChoiceProps<V extends string> {
  readonly id?: string
  readonly label?: string
  readonly value: V
  readonly options: readonly Option<NoInfer<V>>[]
  onChange(value: NoInfer<V>): void
}

/** A choice of the browser's own, which every keyboard and reader knows. */
export function Choice<V extends string>({ id, label, value, options, onChange }: ChoiceProps<V>) {
  return (
    <select
      id={id}
      aria-label={label}
      className="choice"
      value={value}
      onChange={(event) => onChange(event.target.value as V)}
    >
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  )
}

interface FormProps {
  readonly send: string
  readonly busy: boolean
  readonly problem: Problem | undefined
  /** Fields that show their own refusals; any other is shown below the form. */
  readonly fields: readonly string[]
  readonly danger?: boolean
  /** Beside something more important, such as another form of the page. */
  readonly minor?: boolean
  readonly children: ReactNode
  onSend(): void
}

export function Form(props: FormProps) {
  const { send, busy, problem, fields, danger = false, minor = false, children, onSend } = props
  const text = useProblemText()
  const field = problem?.field?.split('.')[0]
  const isShown = field !== undefined && fields.includes(field)
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
    >
      {children}
      {problem !== undefined && !isShown && (
        <p className="required" role="alert">
          {text(problem)}
        </p>
      )}
      <Button type={minor ? 'default' : 'primary'} htmlType="submit" loading={busy} danger={danger}>
        {send}
      </Button>
    </form>
  )
}
