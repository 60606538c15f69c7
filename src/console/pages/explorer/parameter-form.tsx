/** The form of one API: its parameters, made-up people and results to pick, and the button that sends. */
import { Button, Input, Segmented, Select, Switch } from 'antd'
import { type ReactNode, useState } from 'react'
import { EXPLORER_TEXTS } from '../../locale/pages/explorer.ts'
import { usePreferences, useTexts } from '../../preferences.ts'
import {
  type Api,
  type Catalogue,
  resultOf,
  sampleValues,
  type Values,
  withCard,
  withPerson,
} from './catalogue.ts'

interface ParameterFormProps {
  readonly api: Api
  readonly catalogue: Catalogue
  readonly authentication: string
  readonly values: Values
  readonly sending: boolean
  readonly isLive: boolean
  readonly mayCall: boolean
  readonly keyField: ReactNode
  readonly onAuthentication: (authentication: string) => void
  readonly onValues: (values: Values) => void
  readonly onSend: () => void
}

export function ParameterForm(props: ParameterFormProps) {
  const { api, authentication, isLive, keyField, onAuthentication, onSend } = props
  const { language, texts } = usePreferences()
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault()
        onSend()
      }}
    >
      <h2>{api.title[language]}</h2>
      {api.authentications.length > 1 && (
        <div className="field">
          <Segmented
            aria-label={texts.explorer.authentication}
            options={[...api.authentications]}
            value={authentication}
            onChange={onAuthentication}
          />
        </div>
      )}
      {keyField}
      {!isLive && <Pickers {...props} />}
      <Parameters {...props} />
      <Deeds {...props} />
    </form>
  )
}

/** The fields, all of them or those that must be filled in. */
function Parameters({ api, values, onValues }: ParameterFormProps) {
  const { explorer } = usePreferences().texts
  const [requiredOnly, setRequiredOnly] = useState(false)
  const shown = api.parameters.filter(({ required }) => required || !requiredOnly)
  return (
    <>
      <div className="row field">
        <b>{explorer.parameters}</b>
        <span className="spacer" />
        {api.parameters.some(({ required }) => !required) && (
          <label className="row" htmlFor="required-only">
            <Switch
              id="required-only"
              size="small"
              checked={requiredOnly}
              onChange={setRequiredOnly}
            />
            <span>{explorer.requiredOnly}</span>
          </label>
        )}
      </div>
      {shown.map((parameter) => (
        <ParameterField
          key={parameter.name}
          of={parameter}
          value={values[parameter.name] ?? ''}
          onChange={(value) => onValues({ ...values, [parameter.name]: value })}
        />
      ))}
    </>
  )
}

interface ParameterFieldProps {
  readonly of: Api['parameters'][number]
  readonly value: string
  readonly onChange: (value: string) => void
}

function ParameterField({ of, value, onChange }: ParameterFieldProps) {
  const { name, description, required, sample } = of
  const { language, texts } = usePreferences()
  return (
    <label className="field" htmlFor={`value-${name}`}>
      <span className="name">
        <code>{name}</code>
        <span className="quiet">
          {description[language]}
          {!required && ` (${texts.explorer.optional})`}
        </span>
        {required && <span className="required"> *</span>}
      </span>
      <Input
        id={`value-${name}`}
        value={value}
        placeholder={sample}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  )
}

/** What can be done with the form. */
function Deeds({ api, isLive, mayCall, sending, onValues }: ParameterFormProps) {
  const { explorer } = usePreferences().texts
  const { sendLive } = useTexts(EXPLORER_TEXTS)
  return (
    <div className="row">
      <Button
        type="primary"
        size="large"
        htmlType="submit"
        danger={isLive}
        disabled={!mayCall}
        loading={sending}
      >
        {sending ? explorer.sending : isLive ? sendLive : explorer.send}
      </Button>
      <Button size="large" onClick={() => onValues(sampleValues(api))}>
        {explorer.sample}
      </Button>
    </div>
  )
}

/** People against whom the sandbox really matches, and cards that give one result each. */
function Pickers({ api, catalogue, values, onValues }: ParameterFormProps) {
  const { language, texts } = usePreferences()
  const { explorer } = texts
  return (
    <>
      <div className="field">
        <Select
          style={{ width: '100%' }}
          aria-label={explorer.people}
          placeholder={explorer.people}
          value={null}
          options={catalogue.people.map(({ name, cardNumber }, index) => ({
            value: index,
            label: `${name} · ${cardNumber}${answerOf(api, 'match')}`,
          }))}
          onChange={(index: number) => onValues(withPerson(api, values, catalogue.people[index]!))}
        />
      </div>
      <div className="field">
        <Select
          style={{ width: '100%' }}
          aria-label={explorer.scenario}
          placeholder={explorer.scenario}
          title={explorer.scenarioHint}
          showSearch={{ optionFilterProp: 'label' }}
          value={null}
          options={catalogue.scenarios.map(({ cardNumber, note, outcome }) => ({
            value: cardNumber,
            label: `${note[language]}${answerOf(api, outcome)}`,
          }))}
          onChange={(card: string) => onValues(withCard(api, values, card))}
        />
      </div>
    </>
  )
}

/** What an API will answer, for a list in which one picks. */
function answerOf(api: Api, outcome: string | undefined): string {
  const result = resultOf(api, outcome)
  return result === undefined ? '' : ` → ${result.code} ${result.text}`
}
