/** What each account wants to be told of, where to, and what is to be ordered for it by itself. */
import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { KeySealer } from '../../accounts/seal.ts'
import type { Deed } from '../../accounts/store.ts'
import { type AlertSettings, DEFAULT_ALERTS } from '../../billing/alert.ts'
import type { Mode, Product } from '../../domain/product.ts'
import { raiseAlert } from './alerts.ts'
import type { Queries, SqlEngine } from './engine.ts'
import { mutate } from './mutation.ts'
import { planForSale } from './plans.ts'
import type { Schema } from './schema.ts'

const WEBHOOK_SECRET_BYTES = 32

/** Settings with the address they are delivered to; never its secret. */
export interface AlertSettingsRecord extends AlertSettings {
  readonly webhookUrl?: string
}

/** An order that is placed when fewer units than a number are left. */
export interface Reorder {
  readonly accountId: string
  readonly product: Product
  readonly mode: Mode
  readonly plan: string
  readonly belowUnits: number
}

type Row = Selectable<Schema['alert_setting']>

/** Settings by account, of the accounts that have set something. */
export async function allAlertSettings(
  queries: Queries,
): Promise<ReadonlyMap<string, AlertSettingsRecord>> {
  const rows = await queries.selectFrom('alert_setting').selectAll().execute()
  return new Map(rows.map((row) => [row.account_id, settingsOf(row)]))
}

/** Settings of one account. */
export async function alertSettings(
  queries: Queries,
  accountId: string,
): Promise<AlertSettingsRecord> {
  const row = await findRow(queries, accountId)
  return row === undefined ? DEFAULT_ALERTS : settingsOf(row)
}

/** Sets the thresholds of an account. */
export function setThresholds(
  engine: SqlEngine,
  accountId: string,
  settings: AlertSettings,
  deed: Deed,
): Promise<AlertSettings> {
  const detail = JSON.stringify(settings)
  return mutate<AlertSettings>(
    engine,
    { deed, action: 'alert.thresholds', subject: accountId, detail },
    async ({ queries }) => {
      await saveSettings(queries, accountId, {
        low_percents: textOf(settings.lowPercents),
        low_units: textOf(settings.lowUnits),
        expiry_days: textOf(settings.expiryDays),
      })
      return settings
    },
  )
}

/**
 * Sets where alerts of an account are delivered, and gives the new secret their signatures are made
 * with; it is not shown again.
 */
export async function setWebhook(
  engine: SqlEngine,
  sealer: KeySealer,
  { accountId, url }: { readonly accountId: string; readonly url: string },
  deed: Deed,
): Promise<string> {
  const secret = randomBytes(WEBHOOK_SECRET_BYTES).toString('hex')
  const sealed = sealer.seal(secret, accountId)
  await mutate(
    engine,
    { deed, action: 'alert.webhook', subject: accountId, detail: new URL(url).origin },
    ({ queries }) =>
      saveSettings(queries, accountId, { webhook_url: url, webhook_secret_sealed: sealed }),
  )
  return secret
}

/** Ends the delivery of alerts; they are still kept. */
export async function removeWebhook(
  engine: SqlEngine,
  accountId: string,
  deed: Deed,
): Promise<void> {
  const none = { webhook_url: null, webhook_secret_sealed: null }
  await mutate(engine, { deed, action: 'alert.webhook', subject: accountId }, ({ queries }) =>
    saveSettings(queries, accountId, none),
  )
}

/** Raises an alert that means nothing, so that its account sees whether alerts arrive. */
export function tryWebhook(
  engine: SqlEngine,
  accountId: string,
  deed: Deed,
): Promise<{ readonly done: true } | 'webhook_missing'> {
  const { atMs } = deed
  return mutate<{ readonly done: true } | 'webhook_missing'>(
    engine,
    { deed, action: 'alert.try', subject: accountId },
    async ({ queries }) => {
      if (!(await findRow(queries, accountId))?.webhook_url) return 'webhook_missing'
      const crossing = `webhook_tried:${accountId}:${atMs}`
      await raiseAlert(queries, { accountId, kind: 'webhook_tried', crossing, facts: {}, atMs })
      return { done: true }
    },
  )
}

/** Address of an account's webhook and the secret to sign with, while there is one. */
export async function webhookOf(queries: Queries, sealer: KeySealer, accountId: string) {
  const row = await findRow(queries, accountId)
  if (!row?.webhook_url || row.webhook_secret_sealed === null) return undefined
  return { url: row.webhook_url, secret: sealer.open(row.webhook_secret_sealed, accountId) }
}

/** Orders a package by itself from now on. */
export function setReorder(
  engine: SqlEngine,
  wish: Omit<Reorder, 'product'>,
  deed: Deed,
): Promise<Reorder | 'plan_unknown'> {
  const { accountId, mode, plan: planName, belowUnits } = wish
  const detail = `${planName} ${mode} below ${belowUnits}`
  return mutate<Reorder | 'plan_unknown'>(
    engine,
    { deed, action: 'reorder.set', subject: accountId, detail },
    async ({ queries }) => {
      const plan = await planForSale(queries, planName)
      if (plan?.kind !== 'package') return 'plan_unknown'
      const { product } = plan
      const values = { plan_name: planName, below_units: belowUnits }
      await queries
        .insertInto('reorder')
        .values({ account_id: accountId, product, mode, ...values })
        .onConflict((conflict) =>
          conflict.columns(['account_id', 'product', 'mode']).doUpdateSet(values),
        )
        .execute()
      return { ...wish, product }
    },
  )
}

/** Orders nothing by itself any more. */
export function removeReorder(
  engine: SqlEngine,
  named: Pick<Reorder, 'accountId' | 'product' | 'mode'>,
  deed: Deed,
): Promise<object | 'reorder_unknown'> {
  const { accountId, product, mode } = named
  const detail = `${product} ${mode}`
  return mutate<object | 'reorder_unknown'>(
    engine,
    { deed, action: 'reorder.remove', subject: accountId, detail },
    async ({ queries }) => {
      const removed = await queries
        .deleteFrom('reorder')
        .where('account_id', '=', accountId)
        .where('product', '=', product)
        .where('mode', '=', mode)
        .executeTakeFirst()
      return removed.numDeletedRows === 0n ? 'reorder_unknown' : named
    },
  )
}

/** Automatic orders of one account, or of all. */
export async function listReorders(queries: Queries, accountId?: string): Promise<Reorder[]> {
  const all = queries.selectFrom('reorder').selectAll().orderBy('account_id').orderBy('product')
  const chosen = accountId === undefined ? all : all.where('account_id', '=', accountId)
  return (await chosen.execute()).map((row) => ({
    accountId: row.account_id,
    product: row.product,
    mode: row.mode,
    plan: row.plan_name,
    belowUnits: row.below_units,
  }))
}

function findRow(queries: Queries, accountId: string): Promise<Row | undefined> {
  return queries
    .selectFrom('alert_setting')
    .selectAll()
    .where('account_id', '=', accountId)
    .executeTakeFirst()
}

async function saveSettings(
  queries: Queries,
  accountId: string,
  values: Partial<Omit<Row, 'account_id'>>,
): Promise<void> {
  const defaults = {
    low_percents: textOf(DEFAULT_ALERTS.lowPercents),
    low_units: textOf(DEFAULT_ALERTS.lowUnits),
    expiry_days: textOf(DEFAULT_ALERTS.expiryDays),
    webhook_url: null,
    webhook_secret_sealed: null,
  }
  await queries
    .insertInto('alert_setting')
    .values({ account_id: accountId, ...defaults, ...values })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
    .execute()
}

function settingsOf(row: Row): AlertSettingsRecord {
  return {
    lowPercents: numbersOf(row.low_percents),
    lowUnits: numbersOf(row.low_units),
    expiryDays: numbersOf(row.expiry_days),
    ...(row.webhook_url !== null && { webhookUrl: row.webhook_url }),
  }
}

function textOf(numbers: readonly number[]): string {
  return numbers.join(',')
}

function numbersOf(text: string): number[] {
  return text === '' ? [] : text.split(',').map(Number)
}
