/** Payment providers: who may confirm payments by signed notices. */
import { Alert, Button } from 'antd'
import { useState } from 'react'
import { CopyButton } from '../../copy-button.tsx'
import { PAYMENT_TEXTS } from '../../locale/pages/payments.ts'
import { Dialog } from '../../parts/dialog.tsx'
import { Form, TextField } from '../../parts/form.tsx'
import { Card, Page } from '../../parts/page.tsx'
import { ProblemWords } from '../../parts/problem-note.tsx'
import { type Column, ListTable } from '../../parts/table.tsx'
import { Mark, Moment } from '../../parts/values.tsx'
import { usePreferences, useTexts } from '../../preferences.ts'
import { useMay } from '../../session.ts'
import { useDeed, useList } from '../../use-admin.ts'

interface Provider {
  readonly name: string
  readonly createdAtMs: number
  readonly revokedAtMs?: number
}

interface NewProvider {
  readonly name: string
  readonly secret: string
}

const PATH = '/api/admin/payment-providers'

type Opened = 'add' | { readonly made: NewProvider } | { readonly revoke: Provider }

export function PaymentsPage() {
  const { texts } = usePreferences()
  const words = useTexts(PAYMENT_TEXTS)
  const isOperator = useMay('operator')
  const listing = useList<Provider>(PATH)
  const [opened, setOpened] = useState<Opened>()
  const close = () => setOpened(undefined)
  const add = isOperator && (
    <Button type="primary" onClick={() => setOpened('add')}>
      {words.add}
    </Button>
  )
  const columns: readonly Column<Provider>[] = [
    { title: words.name, cell: ({ name }) => <b>{name}</b> },
    { title: words.created, cell: ({ createdAtMs }) => <Moment ms={createdAtMs} /> },
    {
      title: words.state,
      cell: ({ revokedAtMs }) =>
        revokedAtMs === undefined ? (
          <Mark tone="good">{words.active}</Mark>
        ) : (
          <Mark tone="plain">{words.revoked}</Mark>
        ),
    },
  ]
  const acts: Column<Provider> = {
    title: texts.action,
    cell: (provider) =>
      provider.revokedAtMs === undefined && (
        <Button size="small" danger onClick={() => setOpened({ revoke: provider })}>
          {words.revoke}
        </Button>
      ),
  }
  return (
    <ProblemWords value={words.problems}>
      <Page title={words.title} hint={words.hint} action={add}>
        <Card>
          <ListTable
            label={words.title}
            columns={isOperator ? [...columns, acts] : columns}
            listing={listing}
            keyOf={({ name }) => name}
            empty={words.empty}
            emptyAction={add}
          />
        </Card>
        {opened === 'add' && (
          <AddProvider
            onClose={close}
            onMade={(made) => {
              setOpened({ made })
              listing.reload()
            }}
          />
        )}
        {typeof opened === 'object' && 'made' in opened && (
          <Made provider={opened.made} onClose={close} />
        )}
        {typeof opened === 'object' && 'revoke' in opened && (
          <Revoke
            provider={opened.revoke}
            onClose={close}
            onDone={() => {
              close()
              listing.reload()
            }}
          />
        )}
      </Page>
    </ProblemWords>
  )
}

interface AddProviderProps {
  onClose(): void
  onMade(made: NewProvider): void
}

function AddProvider({ onClose, onMade }: AddProviderProps) {
  const words = useTexts(PAYMENT_TEXTS)
  const [name, setName] = useState('')
  const { busy, problem, run } = useDeed<NewProvider>()
  const send = async () => {
    const made = await run('POST', PATH, { name })
    if (made !== undefined) onMade(made)
  }
  const form = { busy, problem, fields: ['name'], onSend: send }
  return (
    <Dialog title={words.add} onClose={onClose}>
      <Form {...form} send={words.add}>
        <p className="quiet">{words.addHint}</p>
        <TextField
          label={words.name}
          hint={words.nameHint}
          name="name"
          placeholder="alipay"
          problem={problem}
          value={name}
          required
          onChange={setName}
        />
      </Form>
    </Dialog>
  )
}

/** The secret is told this once. */
function Made({ provider, onClose }: { readonly provider: NewProvider; onClose(): void }) {
  const words = useTexts(PAYMENT_TEXTS)
  const parts = [
    [words.secret, provider.secret],
    [words.address, `${location.origin}/api/payments/${provider.name}/notices`],
  ] as const
  return (
    <Dialog title={provider.name} onClose={onClose}>
      <Alert className="note" type="warning" showIcon title={words.once} />
      {parts.map(([name, value]) => (
        <div className="block" key={name}>
          <div className="row">
            <b>{name}</b>
            <CopyButton text={value} />
          </div>
          <pre className="code">{value}</pre>
        </div>
      ))}
      <p className="quiet">{words.how}</p>
      <Button type="primary" onClick={onClose}>
        {words.kept}
      </Button>
    </Dialog>
  )
}

interface RevokeProps {
  readonly provider: Provider
  onClose(): void
  onDone(): void
}

function Revoke({ provider: { name }, onClose, onDone }: RevokeProps) {
  const words = useTexts(PAYMENT_TEXTS)
  const { busy, problem, run } = useDeed()
  const send = async () => {
    if ((await run('DELETE', `${PATH}/${name}`)) !== undefined) onDone()
  }
  return (
    <Dialog title={`${words.revoke} · ${name}`} onClose={onClose}>
      <Form danger send={words.revoke} busy={busy} problem={problem} fields={[]} onSend={send}>
        <p>{words.revokeHint}</p>
      </Form>
    </Dialog>
  )
}
