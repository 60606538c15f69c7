/** The forms that make and change a route; a secret goes in and never comes out. */
import { Input } from 'antd'
import { useState } from 'react'
import type { Problem } from '../../admin-api.ts'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Field, Form, TextField } from '../../parts/form.tsx'
import { useTexts } from '../../preferences.ts'
import { useDeed } from '../../use-admin.ts'
import { stepsOf, typedSteps } from './money.ts'
import type { CredentialKind, KnownVendor, Route, Vendors } from './vendor-types.ts'

interface RouteFormProps {
  readonly vendors: Vendors
  onClose(): void
  onDone(): void
}

/** What both forms ask for, as it is typed. */
interface Terms {
  readonly id: string
  readonly secret: string
  readonly publicKey: string
  readonly endpoint: string
  readonly profile: string
  readonly prices: string
  readonly tier: string
  readonly weight: string
}

const FIELDS = [
  'name',
  'vendor',
  'kind',
  'id',
  'secret',
  'publicKey',
  'endpoint',
  'profile',
  'prices',
  'tier',
  'weight',
  'credential',
]
const NEW: Terms = {
  ...{ id: '', secret: '', publicKey: '', endpoint: '' },
  ...{ profile: 'unionpay', prices: '', tier: '0', weight: '1' },
}

export function AddRoute({ vendors, onClose, onDone }: RouteFormProps) {
  const words = useTexts(VENDOR_TEXTS)
  const [name, setName] = useState('')
  const [known, setKnown] = useState(vendors.known[0]!)
  const [kind, setKind] = useState(known.kinds[0]!)
  const [terms, setTerms] = useState(NEW)
  const { busy, problem, run } = useDeed()
  const choose = (vendor: string) => {
    const chosen = vendors.known.find((one) => one.vendor === vendor)!
    setKnown(chosen)
    setKind(chosen.kinds[0]!)
  }
  const send = async () => {
    const { id, secret, publicKey } = terms
    const done = await run('POST', '/api/admin/vendors/routes', {
      ...{ name, vendor: known.vendor, kind, secret },
      ...(needsId(kind) && { id }),
      ...(publicKey !== '' && { publicKey }),
      ...termsOf(terms),
    })
    if (done !== undefined) onDone()
  }
  return (
    <Dialog title={words.add} onClose={onClose}>
      <Form send={words.add} busy={busy} problem={problem} fields={FIELDS} onSend={send}>
        <TextField
          label={words.name}
          hint={words.nameHint}
          name="name"
          problem={problem}
          value={name}
          required
          onChange={setName}
        />
        <ChoiceField
          label={words.vendor}
          name="vendor"
          problem={problem}
          value={known.vendor}
          options={vendors.known.map(({ vendor }) => [vendor, vendor])}
          onChange={choose}
        />
        <ChoiceField
          label={words.kind}
          name="kind"
          problem={problem}
          value={kind}
          options={known.kinds.map((each) => [each, words.kinds[each]])}
          onChange={setKind}
        />
        <NewCredential {...{ kind, terms, problem }} onChange={setTerms} />
        <TermFields {...{ vendors, known, terms, problem }} onChange={setTerms} />
      </Form>
    </Dialog>
  )
}

interface NewCredentialProps extends Omit<PublicKeyProps, 'name'> {
  readonly kind: CredentialKind
}

function NewCredential({ kind, terms, problem, onChange }: NewCredentialProps) {
  const words = useTexts(VENDOR_TEXTS)
  return (
    <>
      {needsId(kind) && (
        <TextField
          label={words.id}
          name="id"
          problem={problem}
          value={terms.id}
          required
          onChange={(id) => onChange({ ...terms, id })}
        />
      )}
      <TextField
        label={words.secret}
        hint={words.secretHint}
        name="secret"
        type="password"
        autoComplete="new-password"
        problem={problem}
        value={terms.secret}
        required
        onChange={(secret) => onChange({ ...terms, secret })}
      />
      <PublicKey name="publicKey" problem={problem} terms={terms} onChange={onChange} />
    </>
  )
}

export function ChangeRoute({
  vendors,
  route,
  ...props
}: RouteFormProps & { readonly route: Route }) {
  const words = useTexts(VENDOR_TEXTS)
  const { onClose, onDone } = props
  const known = vendors.known.find(({ vendor }) => vendor === route.vendor)
  const [terms, setTerms] = useState<Terms>({
    ...{ id: route.credentialId, secret: '', publicKey: '' },
    endpoint: route.endpoint ?? '',
    profile: route.profile,
    prices: typedSteps(route.prices),
    tier: String(route.tier),
    weight: String(route.weight),
  })
  const { busy, problem, run } = useDeed()
  const kind = route.credentialKind
  const send = async () => {
    const { id, secret, publicKey } = terms
    const credential = {
      secret,
      ...(needsId(kind) && { id }),
      ...(publicKey !== '' && { publicKey }),
    }
    const done = await run('PUT', `/api/admin/vendors/routes/${route.name}`, {
      ...termsOf(terms),
      ...(secret !== '' && { credential }),
    })
    if (done !== undefined) onDone()
  }
  return (
    <Dialog title={`${words.change} · ${route.name}`} onClose={onClose}>
      <Form send={words.change} busy={busy} problem={problem} fields={FIELDS} onSend={send}>
        <TermFields {...{ vendors, known, terms, problem }} onChange={setTerms} />
        <TextField
          label={words.newSecret}
          hint={words.newSecretHint}
          name="credential.secret"
          type="password"
          autoComplete="new-password"
          problem={problem}
          value={terms.secret}
          onChange={(secret) => setTerms({ ...terms, secret })}
        />
        {terms.secret !== '' && needsId(kind) && (
          <TextField
            label={words.id}
            name="credential.id"
            problem={problem}
            value={terms.id}
            required
            onChange={(id) => setTerms({ ...terms, id })}
          />
        )}
        {terms.secret !== '' && (
          <PublicKey
            name="credential.publicKey"
            problem={problem}
            terms={terms}
            onChange={setTerms}
          />
        )}
      </Form>
    </Dialog>
  )
}

interface TermFieldsProps {
  readonly vendors: Vendors
  readonly known: KnownVendor | undefined
  readonly terms: Terms
  readonly problem: Problem | undefined
  onChange(terms: Terms): void
}

function TermFields({ vendors, known, terms, problem, onChange }: TermFieldsProps) {
  const words = useTexts(VENDOR_TEXTS)
  const set = (name: keyof Terms) => (value: string) => onChange({ ...terms, [name]: value })
  const isPriced = terms.prices === '' || stepsOf(terms.prices) !== undefined
  return (
    <>
      <TextField
        label={words.prices}
        hint={isPriced ? words.pricesHint : words.pricesBad}
        name="prices"
        placeholder="0.25"
        problem={problem}
        value={terms.prices}
        required
        onChange={set('prices')}
      />
      <TextField
        label={words.tier}
        hint={words.tierHint}
        name="tier"
        type="number"
        problem={problem}
        value={terms.tier}
        required
        onChange={set('tier')}
      />
      <TextField
        label={words.weight}
        name="weight"
        type="number"
        problem={problem}
        value={terms.weight}
        required
        onChange={set('weight')}
      />
      <ChoiceField
        label={words.profile}
        hint={words.profileHint}
        name="profile"
        problem={problem}
        value={terms.profile}
        options={vendors.profiles.map((each) => [each, each])}
        onChange={set('profile')}
      />
      <TextField
        label={words.endpoint}
        hint={known && words.endpointHint(known.endpoint)}
        name="endpoint"
        placeholder="https://"
        problem={problem}
        value={terms.endpoint}
        onChange={set('endpoint')}
      />
    </>
  )
}

interface PublicKeyProps extends Pick<TermFieldsProps, 'terms' | 'problem' | 'onChange'> {
  readonly name: string
}

function PublicKey({ name, terms, problem, onChange }: PublicKeyProps) {
  const words = useTexts(VENDOR_TEXTS)
  return (
    <Field label={words.publicKey} hint={words.publicKeyHint} name={name} problem={problem}>
      {(id) => (
        <Input.TextArea
          id={id}
          rows={3}
          value={terms.publicKey}
          onChange={(event) => onChange({ ...terms, publicKey: event.target.value })}
        />
      )}
    </Field>
  )
}

/** As the server takes them; what is no price is refused at its field. */
function termsOf({ endpoint, profile, prices, tier, weight }: Terms) {
  return {
    profile,
    prices: stepsOf(prices) ?? [],
    tier: Number(tier),
    weight: Number(weight),
    ...(endpoint !== '' && { endpoint }),
  }
}

function needsId(kind: CredentialKind): boolean {
  return kind === 'tencent' || kind === 'appkey'
}
