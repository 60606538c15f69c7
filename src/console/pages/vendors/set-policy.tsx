/** The form of an account's policy, or of that of all accounts without one. */
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { useTexts } from '../../preferences.ts'
import { ALL_ACCOUNTS, useSession } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'
import { placeOf, type RegistryPlace, routesWith, vendorsOf } from './registry-place.ts'
import type { VendorTabProps } from './routes-tab.tsx'
import { EVERY_ACCOUNT, POLICIES_PATH, type Preference, type Vendors } from './vendor-types.ts'

const TIMEOUT_MS = 8_000
const FIELDS = ['routes', 'prefer', 'totalTimeoutMs', 'doublePayShare']

/** A policy as it is typed. */
interface Typed {
  readonly routes: readonly string[]
  readonly registry: RegistryPlace
  readonly prefer: Preference
  readonly timeout: string
  readonly doublePay: string
}

export function SetPolicy({ vendors, onClose, onChange }: VendorTabProps & { onClose(): void }) {
  const words = useTexts(VENDOR_TEXTS)
  const { accountId = ALL_ACCOUNTS } = useSession()
  const key = accountId === ALL_ACCOUNTS ? EVERY_ACCOUNT : accountId
  const [typed, setTyped] = useState(() => typedOf(vendors, key))
  const { busy, problem, run } = useDeed()
  const send = async () => {
    const names = vendors.routes.map(({ name }) => name)
    const done = await run('PUT', `${POLICIES_PATH}?accountId=${accountId}`, {
      ...routesWith(typed.registry, typed.routes, names),
      prefer: typed.prefer,
      totalTimeoutMs: Number(typed.timeout),
      doublePayShare: Number(typed.doublePay),
    })
    if (done !== undefined) onChange()
  }
  const set = (name: keyof Typed) => (value: string) => setTyped({ ...typed, [name]: value })
  const number = { problem, type: 'number', required: true } as const
  const whose = key === EVERY_ACCOUNT ? words.everyAccount : accountId
  return (
    <Dialog title={`${words.addPolicy} · ${whose}`} onClose={onClose}>
      <Form send={words.addPolicy} busy={busy} problem={problem} fields={FIELDS} onSend={send}>
        <p className="quiet">{words.accountHint}</p>
        <RouteTicks
          vendors={vendors}
          ticked={typed.routes}
          onChange={(routes) => setTyped({ ...typed, routes })}
        />
        <ChoiceField
          label={words.registry}
          hint={words.registryHint}
          name="routes"
          problem={problem}
          value={typed.registry}
          options={Object.entries(words.registryPlaces) as [RegistryPlace, string][]}
          onChange={set('registry')}
        />
        <ChoiceField
          label={words.prefer}
          name="prefer"
          problem={problem}
          value={typed.prefer}
          options={Object.entries(words.prefers) as [Preference, string][]}
          onChange={set('prefer')}
        />
        <TextField
          {...number}
          label={words.timeout}
          name="totalTimeoutMs"
          value={typed.timeout}
          onChange={set('timeout')}
        />
        <TextField
          {...number}
          label={words.doublePay}
          hint={words.doublePayHint}
          name="doublePayShare"
          value={typed.doublePay}
          onChange={set('doublePay')}
        />
      </Form>
    </Dialog>
  )
}

interface RouteTicksProps {
  readonly vendors: Vendors
  readonly ticked: readonly string[]
  onChange(ticked: readonly string[]): void
}

function RouteTicks({ vendors, ticked, onChange }: RouteTicksProps) {
  const words = useTexts(VENDOR_TEXTS)
  const toggle = (name: string) =>
    onChange(ticked.includes(name) ? ticked.filter((one) => one !== name) : [...ticked, name])
  return (
    <fieldset className="ticks">
      <legend>{words.routesUsed}</legend>
      {vendors.routes.map(({ name }) => (
        <label key={name}>
          <input type="checkbox" checked={ticked.includes(name)} onChange={() => toggle(name)} />
          {name}
        </label>
      ))}
      <small className="quiet">{words.routesHint}</small>
    </fieldset>
  )
}

/** What is set at present for an account, or what is usual. */
function typedOf({ policies }: Vendors, accountId: string): Typed {
  const present = policies.find((policy) => policy.accountId === accountId)
  return {
    routes: vendorsOf(present?.routes),
    registry: placeOf(present),
    prefer: present?.prefer ?? 'weight',
    timeout: String(present?.totalTimeoutMs ?? TIMEOUT_MS),
    doublePay: String(present?.doublePayShare ?? 0),
  }
}
