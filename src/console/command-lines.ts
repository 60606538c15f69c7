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
  'GET encryption-keys': (parts) =>
    `keys encryption list${option('account', parts.query.get('accountId'))}`,
  'POST encryption-keys': (parts) =>
    `keys encryption create --account ${account(parts)}${option('algorithm', parts.body.algorithm)}`,
  'POST encryption-keys/*': (parts) =>
    `keys encryption rotate --account ${account(parts)}${option('algorithm', parts.body.algorithm)}`,
  'POST encryption-keys/*/retirement': (parts) => `keys encryption retire ${one(parts)}`,
  'POST users/*/invitation': (parts) => `users reset ${one(parts)}`,
  'POST users/*/disabling': (parts) => `users disable ${one(parts)}`,
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
  'GET calls': ({ query }) => {
    const charged = { true: 'yes', false: 'no' }[query.get('charged') ?? '']
    const who = `${option('account', query.get('accountId'))}${option('key', query.get('keyId'))}`
    return `calls list${who}${option('result', query.get('result'))}${option('charged', charged)}`
  },
  'GET calls/*': (parts) => `calls show ${one(parts)}`,
  'GET charge-rules': () => 'rules list',
  'GET users': () => 'users list',
  'GET registry': () => 'registry stats',
  'GET vendors': () => 'vendors list',
  'GET vendors/costs': () => 'vendors costs',
  'GET vendors/bills': () => 'vendors unknowns',
  'DELETE vendors/routes/*': (parts) => `vendors remove ${one(parts)}`,
  'POST vendors/routes/*/reach': (parts) => `vendors probe ${one(parts)}`,
  'POST vendors/routes/*/trial': (parts) => `vendors test ${one(parts)}`,
  'GET postpaid': (parts) => `postpaid list${ofAccount(parts)}`,
  'DELETE postpaid': (parts) =>
    `postpaid end ${account(parts)}${option('product', parts.query.get('product'))}`,
  'GET payment-providers': () => 'payments list',
  'POST payment-providers': ({ body }) => `payments add ${quoted(String(body.name))}`,
  'DELETE payment-providers/*': (parts) => `payments revoke ${one(parts)}`,
  'POST plans/*/retirement': (parts) => `plans retire ${one(parts)}`,
  'POST ledger/proof': () => 'ledger verify',
  'POST sandbox/reset': () => 'sandbox reset',
}

/** The line for a shell; undefined where the command line has no such command. */
export function asCommand({ method, path, body }: AdminCall): string | undefined {
  const url = new URL(path, location.origin)
  const steps = url.pathname.split('/').slice(3)
  // Where the parameter stands, or that there is none.
  const at = [-1, 1, 2].find((position) => LINES[nameOf(method, steps, position)] !== undefined)
  const line = at === undefined ? undefined : LINES[nameOf(method, steps, at)]
  if (at === undefined || line === undefined) return undefined
  const sent = body?.startsWith('{"') ? (JSON.parse(body) as Parts['body']) : {}
  const ids = at === -1 ? [] : steps.slice(at, at + 1)
  return `kayan ${line({ query: url.searchParams, body: sent, ids })}`
}

function nameOf(method: string, steps: readonly string[], parameterAt: number): string {
  return `${method} ${steps.map((step, i) => (i === parameterAt ? '*' : step)).join('/')}`
}
