/** `kayan vendors`: whom live calls are asked of, under which credential, in which order and at what cost. */
import { readFileSync } from 'node:fs'
import { Argument, type Command, InvalidArgumentError, Option } from 'commander'
import { KeySealer } from '../accounts/seal.ts'
import { isFormRefusal, readForm } from '../config/form.ts'
import { isBearer, type KeyKind } from '../domain/key.ts'
import type { VendorEncryption } from '../protocols/vendor-client.ts'
import type { GuardProfileName } from '../sources/guardian.ts'
import { type PriceStep, parsePrices } from '../sources/price-book.ts'
import type { Preference } from '../sources/upstream/settings.ts'
import { ROUTER_POLICY } from '../sources/upstream/settings.ts'
import { ROUTE_FORM, routeOfForm, VENDOR_PROFILES } from '../sources/vendor-forms.ts'
import {
  EVERY_ACCOUNT,
  encryptionOf,
  type RouteRefusal,
  VENDOR_CLIENTS,
  type VendorRoute,
} from '../sources/vendor-route.ts'
import { readPassages } from '../storage/sql/vendor-passage.ts'
import {
  addRoute,
  listRoutes,
  type RoutePolicy,
  type RouteSummary,
  readPolicies,
  removePolicy,
  removeRoute,
  setPolicy,
} from '../storage/sql/vendor-routes.ts'
import { CliError, type Context } from './context.ts'
import { deedOf, withStorage } from './open-store.ts'
import {
  addExamples,
  jsonOption,
  positiveInteger,
  readLineOfFile,
  readLineOrAsk,
  wholeNumber,
} from './options.ts'
import { tableLines } from './table.ts'
import { centifen, inYuanExactly } from './vendor-money.ts'
import { defineBills } from './vendors-bills.ts'
import { defineCache } from './vendors-cache.ts'
import { defineCosts } from './vendors-costs.ts'
import { definePassage, printPassages } from './vendors-passage.ts'
import { defineShadow } from './vendors-shadow.ts'
import { defineTrials } from './vendors-trial.ts'

const KINDS: readonly KeyKind[] = ['tencent', 'appcode', 'appkey', 'direct']
const ENCRYPTIONS: readonly VendorEncryption[] = ['aes', 'sm']
const PREFERENCES: readonly Preference[] = ['weight', 'cost', 'latency']
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/
const TIMEOUT_MS_MAX = 60_000
const SHARE_WHOLE = 10_000

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.vendors
  command.description(texts.description)
  addExamples(command, context, [
    'kayan vendors add first --vendor tencent --id AKIDxxxx --secret-file secret --price 0.25',
    'kayan vendors add second --vendor aliyun --price 0:0.3,100000:0.25 --tier 1 < appcode',
    'kayan vendors route --account shop --routes first,second --prefer cost',
    'kayan vendors route --account bank --routes registry,first --follow-no-record',
    'kayan vendors reconcile first statement.csv --from 2026-11-01 --to 2026-12-01',
    'kayan vendors reconcile second --total 41873 --from 2026-11-01 --to 2026-12-01',
  ])
  defineAdd(command.command('add'), context)
  command
    .command('list')
    .description(texts.list)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('remove')
    .description(texts.remove)
    .addArgument(new Argument('<route>', texts.name))
    .action((name) => remove(context, name))
  command
    .command('route')
    .description(texts.route)
    .option('--account <account>', texts.account)
    .option('--routes <names>', texts.routes, (value) => [...new Set(value.split(','))])
    .addOption(new Option('--prefer <order>', texts.prefer).choices(PREFERENCES).default('weight'))
    .option('--timeout-ms <n>', texts.timeout, timeout, ROUTER_POLICY.totalTimeoutMs)
    .option('--double-pay <n>', texts.doublePay, share, 0)
    .option('--follow-no-record', texts.followNoRecord)
    .action((options) => route(context, options))
  command
    .command('unroute')
    .description(texts.unroute)
    .option('--account <account>', texts.account)
    .action((options) => unroute(context, options))
  definePassage(command, context)
  defineShadow(command, context)
  defineCache(command, context)
  defineTrials(command, context)
  defineCosts(command, context)
  defineBills(command, context)
}

interface AddOptions {
  readonly vendor: string
  readonly kind?: KeyKind
  readonly id?: string
  readonly secretFile?: string
  readonly publicKeyFile?: string
  readonly encryption?: VendorEncryption
  readonly endpoint?: string
  readonly caFile?: string
  readonly profile: GuardProfileName
  readonly price: readonly PriceStep[]
  readonly tier: number
  readonly weight: number
}

function defineAdd(command: Command, context: Context): void {
  const texts = context.locale.vendors
  const vendor = new Option('--vendor <vendor>', texts.vendor).choices([...VENDOR_CLIENTS.keys()])
  const profile = new Option('--profile <rules>', texts.profile).choices(VENDOR_PROFILES)
  command
    .description(texts.add)
    .addArgument(new Argument('<route>', texts.name).argParser(routeName))
    .addOption(vendor.makeOptionMandatory())
    .addOption(new Option('--kind <kind>', texts.kind).choices(KINDS))
    .option('--id <id>', texts.id)
    .option('--secret-file <file>', texts.secretFile)
    .option('--public-key-file <file>', texts.publicKeyFile)
    .addOption(new Option('--encryption <suite>', texts.encryption).choices(ENCRYPTIONS))
    .requiredOption('--price <yuan>', texts.price, prices)
    .option('--endpoint <url>', texts.endpoint, origin)
    .option('--ca-file <file>', texts.caFile)
    .addOption(profile.default('unionpay'))
    .option('--tier <n>', texts.tier, wholeNumber, 0)
    .option('--weight <n>', texts.weight, wholeNumber, 1)
    .action((name, options) => add(context, name, options))
}

async function add(context: Context, name: string, options: AddOptions): Promise<void> {
  const { vendor, endpoint, caFile, profile, price: prices, tier, weight } = options
  const terms = { profile, prices, tier, weight, ...(endpoint !== undefined && { endpoint }) }
  const route = routeTyped(context, {
    name,
    vendor,
    ...(await credentialOf(context, options)),
    ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }),
    ...terms,
  })
  return withStorage(context, 'write', async ({ engine, keyring }) => {
    const sealer = new KeySealer(keyring, 'vendor.seal')
    agreed(context, await addRoute(engine, sealer, route, deedOf(context)))
    if (isClearText(route)) context.err(context.locale.vendors.clearText)
    context.out(context.locale.vendors.added(name))
  })
}

/** Held to the form of the admin API: what either takes, the other can show and change. */
function routeTyped(context: Context, typed: Readonly<Record<string, unknown>>): VendorRoute {
  const read = readForm(ROUTE_FORM, typed)
  if (!isFormRefusal(read)) return routeOfForm(read)
  const texts = context.locale.vendors
  const { field } = read
  if (field === 'secret') throw new CliError(texts.secretRefused)
  throw new CliError(texts.fieldRefused(OPTION_OF[field] ?? `--${field}`))
}

/** Fields whose options are named otherwise. */
const OPTION_OF: Readonly<Record<string, string>> = {
  ca: '--ca-file',
  publicKey: '--public-key-file',
  prices: '--price',
}

async function credentialOf(context: Context, options: AddOptions) {
  const texts = context.locale.vendors
  const { vendor, id = '', secretFile } = options
  const publicKey = publicKeyOf(context, options)
  const kinds = VENDOR_CLIENTS.get(vendor)!.credentials
  const kind = options.kind ?? kinds[0]!
  if (!kinds.includes(kind)) throw new CliError(texts.kindRefused(vendor, kinds.join(' | ')))
  if (!isBearer(kind) && id === '') throw new CliError(texts.idMissing)
  const secret =
    secretFile === undefined
      ? await readLineOrAsk(context, texts.secretPrompt, 'hidden')
      : readLineOfFile(context, secretFile)
  return {
    kind,
    ...(!isBearer(kind) && { id }),
    secret,
    ...(publicKey !== undefined && { publicKey }),
  }
}

/** The vendor's key in PEM, from a file with it or with base64 of it, as vendors hand it out. */
function publicKeyOf(context: Context, options: AddOptions): string | undefined {
  const { vendor, publicKeyFile, encryption } = options
  const texts = context.locale.vendors
  if (publicKeyFile === undefined) {
    if (encryption !== undefined) throw new CliError(texts.publicKeyMissing)
    return undefined
  }
  const file = readFileSync(publicKeyFile, 'utf8').trim()
  const publicKey = file.startsWith('-----') ? Buffer.from(file).toString('base64') : file
  const found = encryptionOf(vendor, publicKey)
  if (found === undefined || (encryption !== undefined && found !== encryption)) {
    throw new CliError(texts.publicKeyRefused(vendor, encryption ?? ENCRYPTIONS.join(' | ')))
  }
  return Buffer.from(publicKey, 'base64').toString()
}

function list(context: Context, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const texts = context.locale.vendors
    const routes = await listRoutes(engine.queries)
    const policies = await readPolicies(engine.queries)
    const passages = [...(await readPassages(engine.queries))]
    if (options.json) return context.out(JSON.stringify({ routes, policies, passages }))
    if (routes.length === 0) return context.out(texts.none)
    for (const line of tableLines(texts.columns, routes.map(routeCells))) context.out(line)
    printPassages(context, passages)
    if (policies.length === 0) return
    context.out('')
    const rows = policies.map((policy) => policyCells(context, policy))
    for (const line of tableLines(texts.policyColumns, rows)) context.out(line)
  })
}

function remove(context: Context, name: string): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    agreed(context, await removeRoute(engine, name, deedOf(context)))
    context.out(context.locale.vendors.removed(name))
  })
}

interface RouteOptions {
  readonly account?: string
  readonly routes?: readonly string[]
  readonly prefer: Preference
  readonly timeoutMs: number
  readonly doublePay: number
  readonly followNoRecord?: true
}

function route(context: Context, options: RouteOptions): Promise<void> {
  const { account, routes, prefer, timeoutMs: totalTimeoutMs, doublePay } = options
  const noRecordFollows = options.followNoRecord === true
  return withStorage(context, 'write', async ({ engine, accounts }) => {
    const accountId = account === undefined ? EVERY_ACCOUNT : (await accounts.account(account)).id
    const chosen = routes !== undefined && { routes }
    const order = { ...chosen, prefer, totalTimeoutMs, noRecordFollows }
    const policy = { accountId, ...order, doublePayShare: doublePay }
    agreed(context, await setPolicy(engine, policy, deedOf(context)))
    context.out(context.locale.vendors.routed)
  })
}

function unroute(context: Context, { account }: Pick<RouteOptions, 'account'>): Promise<void> {
  return withStorage(context, 'write', async ({ engine, accounts }) => {
    const accountId = account === undefined ? EVERY_ACCOUNT : (await accounts.account(account)).id
    const removed = await removePolicy(engine, accountId, deedOf(context))
    const texts = context.locale.vendors
    if (removed === 'policy_unknown') throw new CliError(texts.policyUnknown)
    context.out(texts.routed)
  })
}

function routeCells(route: RouteSummary): string[] {
  const { name, vendor, credentialKind, credentialId, profile, tier, weight } = route
  const steps = route.prices.map(({ fromCalls, costCentifen }) => {
    return `${fromCalls}:${inYuanExactly(costCentifen)}`
  })
  const credential = `${credentialKind} ${credentialId}`.trim()
  const price = steps.join(',')
  const { encryption = '', endpoint = '' } = route
  const order = [tier, weight].map(String)
  return [name, vendor, credential, encryption, profile, ...order, price, endpoint]
}

function policyCells(context: Context, policy: RoutePolicy): string[] {
  const texts = context.locale.vendors
  const { accountId, routes, prefer, totalTimeoutMs, doublePayShare, noRecordFollows } = policy
  return [
    accountId === EVERY_ACCOUNT ? texts.everyAccount : accountId,
    (routes?.join(',') ?? texts.everyRoute) + (noRecordFollows ? texts.noRecordGoesOn : ''),
    prefer,
    String(totalTimeoutMs),
    String(doublePayShare),
  ]
}

function agreed<T>(context: Context, result: T | RouteRefusal): T {
  const { refusals } = context.locale.vendors
  if (typeof result === 'string') throw new CliError(refusals[result as RouteRefusal])
  return result as T
}

function routeName(value: string): string {
  if (!NAME.test(value)) throw new InvalidArgumentError('')
  return value
}

/** `0.25`, or steps as `0:0.25,100000:0.2`. */
function prices(value: string): readonly PriceStep[] {
  const steps = value.split(',').map((part) => {
    const [from, price] = part.includes(':') ? part.split(':') : ['0', part]
    return `${from}:${centifen(price ?? '')}`
  })
  const parsed = parsePrices(steps.join(','))
  if (parsed === undefined) throw new InvalidArgumentError('')
  return parsed
}

/** An address without a path or a password, which would be shown with it. */
function origin(value: string): string {
  if (!URL.canParse(value)) throw new InvalidArgumentError('')
  const { protocol, origin: bare, username, pathname, search } = new URL(value)
  const isOrigin = username === '' && pathname === '/' && search === ''
  if (!/^https?:$/.test(protocol) || !isOrigin) throw new InvalidArgumentError('')
  return bare
}

/** Whether elements would cross a network in clear; on this machine there is none. */
function isClearText({ endpoint, vendor }: VendorRoute): boolean {
  const { protocol, hostname } = new URL(endpoint ?? VENDOR_CLIENTS.get(vendor)!.endpoint)
  return protocol === 'http:' && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
}

function timeout(value: string): number {
  const timeoutMs = positiveInteger(value)
  const isUsable = timeoutMs >= ROUTER_POLICY.startMsMin && timeoutMs <= TIMEOUT_MS_MAX
  if (!isUsable) throw new InvalidArgumentError('')
  return timeoutMs
}

function share(value: string): number {
  const calls = wholeNumber(value)
  if (calls > SHARE_WHOLE) throw new InvalidArgumentError('')
  return calls
}
