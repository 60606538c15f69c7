/** The command of `kayan` that does what a call to the admin API does, for the inspector. */
import { type AdminCall, quoted } from './admin-api.ts'
import { yuanPlain } from './parts/format.ts'

/** A call taken apart: its query, and what was sent. */
interface Parts {
  readonly query: URLSearchParams
  readonly body: Readonly<Record<string, unknown>>
  /** What stands for the parameters of the path. */
  readonly ids: readonly string[]
}

type Line = (parts: Parts) => string

/** Stands where the session decides whose things are meant. */
const MY_ACCOUNT = 'ACCOUNT'

const account = ({ query }: Parts) => query.get('accountId') ?? MY_ACCOUNT
/** Lists show all accounts where none is named. */
const ofAccount = (parts: Parts) => (account(parts) === 'all' ? '' : ` ${account(parts)}`)
const option = (name: string, value: unknown) =>
  value === undefined || value === null ? '' : ` --${name} ${quoted(String(value))}`
const one = ({ ids }: Parts) => ids[0] ?? ''

/** By method and path; a parameter of the path is written `*`. */
const LINES: Readonly<Record<string, Line>> = {
  'GET accounts': () => 'accounts list',
  'POST accounts': ({ body }) =>
    `accounts create ${quoted(String(body.name))}${option('rate', body.ratePerSecond)}`,
  'PUT accounts/*/state': (parts) => `accounts state ${one(parts)} ${parts.body.state}`,
  'GET overview': (parts) => `quota ${account(parts)}`,
  'GET keys': (parts) => `keys list${ofAccount(parts)}`,
  'POST keys': (parts) =>
    `keys create ${account(parts)}${option('kind', parts.body.kind)}${option('mode', parts.body.mode)}${parts.body.appCode === undefined ? '' : ' --custom'}`,
  'POST keys/*/rotation': (parts) =>
    `keys rotate ${one(parts)}${option('overlap', parts.body.overlapMinutes)}`,
  'POST keys/*/revocation': (parts) => `keys revoke ${one(parts)}`,
  'POST keys/*/reveal': (parts) => `keys reveal ${one(parts)}`,
  'GET plans': () => 'plans list',
  'GET grants': (parts) => `grants list${ofAccount(parts)}`,
  'GET orders': (parts) => `orders list${ofAccount(parts)}`,
  'POST orders': (parts) =>
    `orders place ${account(parts)}${option('plan', parts.body.plan)}${option('mode', parts.body.mode)}`,
  'POST orders/*/payment': (parts) =>
    `orders pay ${one(parts)}${option('payment-id', parts.body.paymentId)}${option('amount', yuanPlain(Number(parts.body.amountFen)))}`,
  'POST orders/*/cancellation': (parts) =>
    `orders cancel ${one(parts)}${option('reason', parts.body.reason)}`,
  'POST orders/*/refund': (parts) =>
    `orders refund ${one(parts)}${option('units', parts.body.units)}${option('reason', parts.body.reason)}`,
  'GET alerts': (parts) => `alerts list${ofAccount(parts)}`,
  'GET statements': (parts) => {
    const { query } = parts
    const whose = account(parts) === 'all' ? undefined : account(parts)
    const range = `${option('from', query.get('from'))}${option('to', query.get('to'))}`
    return `ledger statement${option('account', whose)}${range}${option('by', query.get('by'))}`
  },
  'GET invoices': (parts) => `invoices list${ofAccount(parts)}`,
  'GET calls': ({ query }) =>
    `calls list${option('account', query.get('accountId'))}${option('result', query.get('result'))}`,
  'GET calls/*': (parts) => `calls show ${one(parts)}`,
  'GET charge-rules': () => 'rules list',
  'GET users': () => 'users list',
  'GET registry': () => 'registry stats',
}

/** The line for a shell; undefined where the command line has no such command. */
export function asCommand({ method, path, body }: AdminCall): string | undefined {
  const url = new URL(path, location.origin)
  const steps = url.pathname.split('/').slice(3)
  const name = `${method} ${steps.map((step, i) => (i === 1 ? '*' : step)).join('/')}`
  const line = LINES[name]
  if (line === undefined) return undefined
  const sent = body?.startsWith('{"') ? (JSON.parse(body) as Parts['body']) : {}
  return `kayan ${line({ query: url.searchParams, body: sent, ids: steps.slice(1, 2) })}`
}
