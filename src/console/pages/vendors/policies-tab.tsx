/** Policies: which routes an account's verifications take, in which order and for how long. */
import { Button } from 'antd'
import { useState } from 'react'
import { VENDOR_TEXTS } from '../../locale/pages/vendors.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { ChoiceField, Form, TextField } from '../../parts/form.tsx'
import { count } from '../../parts/format.ts'
import { Card, Empty } from '../../parts/page.tsx'
import { ProblemNote } from '../../parts/problem-note.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Id } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { ALL_ACCOUNTS, useMay, useSession } from '../../session.ts'
import { useDeed } from '../../use-admin.ts'
import { Passages } from './passages.tsx'
import { placeOf, type RegistryPlace, routesWith, vendorsOf } from './registry-place.ts'
import type { VendorTabProps } from './routes-tab.tsx'
import type { Policy, Preference } from './vendor-types.ts'

const PATH = '/api/admin/vendors/policies'
const EVERY_ACCOUNT = ''
const TIMEOUT_MS = 8_000

export function PoliciesTab({ vendors, onChange }: VendorTabProps) {
  const { texts } = usePreferences()
  const words = useTexts(VENDOR_TEXTS)
  const isOperator = useMay('operator')
  const { problem, run } = useDeed()
  const [isOpen, setIsOpen] = useState(false)
  const remove = async ({ accountId }: Policy) => {
    const path = `${PATH}?accountId=${accountId || ALL_ACCOUNTS}`
    if ((await run('DELETE', path)) !== undefined) onChange()
  }
  const columns: readonly Column<Policy>[] = [
    {
      title: words.account,
      cell: ({ accountId }) =>
        accountId === EVERY_ACCOUNT ? <b>{words.everyAccount}</b> : <Id>{accountId}</Id>,
    },
    { title: words.routesUsed, cell: ({ routes }) => routes?.join(', ') ?? words.everyRoute },
    { title: words.prefer, cell: ({ prefer }) => words.prefers[prefer] },
    {
      title: words.timeout,
      numeric: true,
      cell: ({ totalTimeoutMs }) => count(totalTimeoutMs),
    },
    { title: words.doublePay, numeric: true, cell: ({ doublePayShare }) => count(doublePayShare) },
  ]
  const acts: Column<Policy> = {
    title: texts.action,
    cell: (policy) => (
      <Button size="small" danger onClick={() => remove(policy)}>
        {words.remove}
      </Button>
    ),
  }
  const add = isOperator && (
    <Button type="primary" onClick={() => setIsOpen(true)}>
      {words.addPolicy}
    </Button>
  )
  return (
    <>
      <Card title={words.tabs.policies} action={add}>
        <p className="quiet">{words.policyHint}</p>
        <ProblemNote problem={problem} />
        {vendors.policies.length === 0 && <Empty>{words.noPolicies}</Empty>}
        {vendors.policies.length > 0 && (
          <Table
            label={words.tabs.policies}
            columns={isOperator ? [...columns, acts] : columns}
            items={vendors.policies}
            keyOf={({ accountId }) => accountId}
          />
        )}
        {isOpen && (
          <SetPolicy
            vendors={vendors}
            onClose={() => setIsOpen(false)}
            onChange={() => {
              setIsOpen(false)
              onChange()
            }}
          />
        )}
      </Card>
      <Passages vendors={vendors} onChange={onChange} />
    </>
  )
}

function SetPolicy({ vendors, onClose, onChange }: VendorTabProps & { onClose(): void }) {
  const words = useTexts(VENDOR_TEXTS)
  const { accountId = ALL_ACCOUNTS } = useSession()
  const key = accountId === ALL_ACCOUNTS ? EVERY_ACCOUNT : accountId
  const present = vendors.policies.find((policy) => policy.accountId === key)
  const [routes, setRoutes] = useState<readonly string[]>(vendorsOf(present?.routes))
  const [registry, setRegistry] = useState<RegistryPlace>(placeOf(present))
  const [prefer, setPrefer] = useState<Preference>(present?.prefer ?? 'weight')
  const [timeout, setTimeout] = useState(String(present?.totalTimeoutMs ?? TIMEOUT_MS))
  const [doublePay, setDoublePay] = useState(String(present?.doublePayShare ?? 0))
  const { busy, problem, run } = useDeed()
  const toggle = (name: string) =>
    setRoutes(routes.includes(name) ? routes.filter((one) => one !== name) : [...routes, name])
  const send = async () => {
    const done = await run('PUT', `${PATH}?accountId=${accountId}`, {
      ...routesWith(
        registry,
        routes,
        vendors.routes.map(({ name }) => name),
      ),
      prefer,
      totalTimeoutMs: Number(timeout),
      doublePayShare: Number(doublePay),
    })
    if (done !== undefined) onChange()
  }
  const fields = ['routes', 'prefer', 'totalTimeoutMs', 'doublePayShare']
  const whose = key === EVERY_ACCOUNT ? words.everyAccount : accountId
  return (
    <Dialog title={`${words.addPolicy} · ${whose}`} onClose={onClose}>
      <Form send={words.addPolicy} busy={busy} problem={problem} fields={fields} onSend={send}>
        <p className="quiet">{words.accountHint}</p>
        <fieldset className="ticks">
          <legend>{words.routesUsed}</legend>
          {vendors.routes.map(({ name }) => (
            <label key={name}>
              <input
                type="checkbox"
                checked={routes.includes(name)}
                onChange={() => toggle(name)}
              />
              {name}
            </label>
          ))}
          <small className="quiet">{words.routesHint}</small>
        </fieldset>
        <ChoiceField
          label={words.registry}
          hint={words.registryHint}
          name="routes"
          problem={problem}
          value={registry}
          options={Object.entries(words.registryPlaces) as [RegistryPlace, string][]}
          onChange={setRegistry}
        />
        <ChoiceField
          label={words.prefer}
          name="prefer"
          problem={problem}
          value={prefer}
          options={Object.entries(words.prefers) as [Preference, string][]}
          onChange={setPrefer}
        />
        <TextField
          label={words.timeout}
          name="totalTimeoutMs"
          type="number"
          problem={problem}
          value={timeout}
          required
          onChange={setTimeout}
        />
        <TextField
          label={words.doublePay}
          hint={words.doublePayHint}
          name="doublePayShare"
          type="number"
          problem={problem}
          value={doublePay}
          required
          onChange={setDoublePay}
        />
      </Form>
    </Dialog>
  )
}
