/** `kayan alerts`: what accounts are told of, where to, and what is ordered for them by itself. */
import { Argument, type Command, InvalidArgumentError } from 'commander'
import { KeySealer } from '../accounts/seal.ts'
import { ALERT_FORM, REORDER_FORM, WEBHOOK_FORM } from '../billing/forms.ts'
import type { Mode, Product } from '../domain/product.ts'
import { judgeTarget, webhookPolicy } from '../server/jobs/webhook-target.ts'
import {
  alertSettings,
  listReorders,
  removeReorder,
  removeWebhook,
  setReorder,
  setThresholds,
  setWebhook,
} from '../storage/sql/alert-settings.ts'
import { listAlerts } from '../storage/sql/alerts.ts'
import type { Storage } from '../storage/storage.ts'
import type { Context } from './context.ts'
import { type Access, deedOf, withStorage } from './open-store.ts'
import {
  accountArgument,
  addExamples,
  beijingTime,
  jsonOption,
  modeOption,
  positiveInteger,
  productOption,
} from './options.ts'
import { filledIn } from './read-form.ts'
import { agreed } from './sale.ts'
import { tableLines } from './table.ts'

const SHOWN_DEFAULT = 50
const NONE = '-'

interface ThresholdOptions {
  readonly lowPercent?: readonly number[]
  readonly lowUnits?: readonly number[]
  readonly expiryDays?: readonly number[]
}

interface ReorderOptions {
  readonly plan: string
  readonly below: number
  readonly mode: Mode
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.sale.alerts
  command.description(texts.description)
  addExamples(command, context, [
    'kayan alerts set shop --low-percent 20,5 --expiry-days 30,7,1',
    'kayan alerts webhook shop https://shop.example/alerts',
    'kayan alerts reorder shop --plan card4-6000 --below 1000',
  ])
  defineReading(command, context)
  of(command, context, 'set')
    .option('--low-percent <list>', texts.lowPercent, numbers)
    .option('--low-units <list>', texts.lowUnits, numbers)
    .option('--expiry-days <list>', texts.expiryDays, numbers)
    .action((account, options) => set(context, account, options))
  of(command, context, 'webhook')
    .addArgument(new Argument('<url>', texts.url))
    .addOption(jsonOption(context))
    .action((account, url, options) => webhook(context, account, url, options))
  of(command, context, 'webhook-off', 'webhookOff').action((account) => {
    return webhookOff(context, account)
  })
  of(command, context, 'reorder')
    .requiredOption('--plan <name>', context.locale.sale.plan)
    .requiredOption('--below <n>', texts.below, positiveInteger)
    .addOption(modeOption(context.locale.sale.mode))
    .action((account, options) => reorder(context, account, options))
  of(command, context, 'reorder-off', 'reorderOff')
    .addOption(productOption(context.locale.sale.product).makeOptionMandatory())
    .addOption(modeOption(context.locale.sale.mode))
    .action((account, options) => reorderOff(context, account, options))
}

function defineReading(command: Command, context: Context): void {
  of(command, context, 'show')
    .addOption(jsonOption(context))
    .action((account, options) => show(context, account, options))
  command
    .command('list')
    .description(context.locale.sale.alerts.list)
    .addArgument(accountArgument(context, false))
    .option('--limit <n>', context.locale.sale.limit, positiveInteger, SHOWN_DEFAULT)
    .addOption(jsonOption(context))
    .action((account, options) => list(context, account, options))
}

type Verb = 'show' | 'set' | 'webhook' | 'webhookOff' | 'reorder' | 'reorderOff'

/** A sub-command about one account. */
function of(command: Command, context: Context, name: string, verb = name as Verb): Command {
  return command
    .command(name)
    .description(context.locale.sale.alerts[verb])
    .addArgument(accountArgument(context))
}

function show(context: Context, accountName: string, options: { json?: true }): Promise<void> {
  return withAccount(context, 'read', accountName, async ({ engine }, accountId) => {
    const settings = await alertSettings(engine.queries, accountId)
    const reorders = await listReorders(engine.queries, accountId)
    if (options.json) return context.out(JSON.stringify({ ...settings, reorders }))
    const texts = context.locale.sale.alerts
    const listed = (items: readonly number[]) => items.join(', ') || texts.nothing
    const { lowPercents, lowUnits, expiryDays, webhookUrl = texts.nothing } = settings
    const parts = [listed(lowPercents), listed(lowUnits), listed(expiryDays)] as const
    context.out(texts.settings(...parts, webhookUrl))
    for (const { plan, mode, belowUnits } of reorders) {
      context.out(texts.reordering(plan, mode, belowUnits))
    }
  })
}

function list(
  context: Context,
  accountName: string | undefined,
  options: { limit: number; json?: true },
): Promise<void> {
  return withStorage(context, 'read', async ({ accounts, engine }) => {
    const accountId = accountName && (await accounts.account(accountName)).id
    const { limit, json } = options
    const alerts = await listAlerts(engine.queries, { ...(accountId && { accountId }), limit })
    if (json) return context.out(JSON.stringify(alerts))
    const texts = context.locale.sale.alerts
    if (alerts.length === 0) return context.out(texts.none)
    const rows = alerts.map((alert) => [
      beijingTime(alert.raisedAtMs),
      alert.accountId,
      alert.kind,
      factsOf(alert.body),
      alert.delivery,
      String(alert.attempts),
      alert.lastResult,
    ])
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function set(context: Context, accountName: string, options: ThresholdOptions): Promise<void> {
  return withAccount(context, 'write', accountName, async ({ engine }, accountId) => {
    const present = await alertSettings(engine.queries, accountId)
    const settings = filledIn(context, ALERT_FORM, {
      lowPercents: options.lowPercent ?? present.lowPercents,
      lowUnits: options.lowUnits ?? present.lowUnits,
      expiryDays: options.expiryDays ?? present.expiryDays,
    })
    await setThresholds(engine, accountId, settings, deedOf(context))
    context.out(context.locale.sale.alerts.saved)
  })
}

function webhook(
  context: Context,
  accountName: string,
  typed: string,
  options: { json?: true },
): Promise<void> {
  const { url } = filledIn(context, WEBHOOK_FORM, { url: typed })
  return withAccount(context, 'write', accountName, async ({ engine, keyring }, accountId) => {
    const sealer = new KeySealer(keyring, 'sale.seal')
    const secret = await setWebhook(engine, sealer, { accountId, url }, deedOf(context))
    warnOfHost(context, new URL(url))
    if (options.json) context.out(JSON.stringify({ url, secret }))
    else context.out(context.locale.sale.alerts.webhookSet(secret))
  })
}

/** The service may be set otherwise than this shell, so the address is kept all the same. */
function warnOfHost(context: Context, url: URL): void {
  const { hosts, privateNetworks } = context.config().webhooks
  const refusal = judgeTarget(webhookPolicy(hosts, privateNetworks), url)
  if (refusal === 'host_refused') {
    context.err(context.locale.sale.alerts.hostUnlisted(url.hostname))
  }
}

function webhookOff(context: Context, accountName: string): Promise<void> {
  return withAccount(context, 'write', accountName, async ({ engine }, accountId) => {
    await removeWebhook(engine, accountId, deedOf(context))
    context.out(context.locale.sale.alerts.saved)
  })
}

function reorder(context: Context, accountName: string, options: ReorderOptions): Promise<void> {
  const { plan, below: belowUnits, mode } = options
  const form = filledIn(context, REORDER_FORM, { plan, mode, belowUnits })
  return withAccount(context, 'write', accountName, async ({ engine }, accountId) => {
    agreed(context, await setReorder(engine, { accountId, ...form }, deedOf(context)))
    context.out(context.locale.sale.alerts.saved)
  })
}

function reorderOff(
  context: Context,
  accountName: string,
  options: { product: Product; mode: Mode },
): Promise<void> {
  return withAccount(context, 'write', accountName, async ({ engine }, accountId) => {
    agreed(context, await removeReorder(engine, { accountId, ...options }, deedOf(context)))
    context.out(context.locale.sale.alerts.saved)
  })
}

function withAccount(
  context: Context,
  access: Access,
  accountName: string,
  action: (storage: Storage, accountId: string) => Promise<void>,
): Promise<void> {
  return withStorage(context, access, async (storage) => {
    await action(storage, (await storage.accounts.account(accountName)).id)
  })
}

/** What an alert tells besides what the other columns do. */
function factsOf(body: string): string {
  const { id, kind, accountId, raisedAtMs, ...facts } = JSON.parse(body)
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** Whole numbers separated by commas, or none. */
function numbers(value: string): number[] {
  if (value === NONE) return []
  return value.split(',').map((item) => {
    if (!/^(?:0|[1-9]\d{0,11})$/.test(item)) throw new InvalidArgumentError('')
    return Number(item)
  })
}
