/** `kayan trial`: the free trial of a product. */
import { type Command, Option } from 'commander'
import { TRIAL_FORM } from '../billing/forms.ts'
import { endOfValidity } from '../billing/plan.ts'
import { IdentityTokens } from '../domain/identity-token.ts'
import { PRODUCTS } from '../domain/product.ts'
import type { Secret } from '../domain/secret.ts'
import { planOrdered } from '../storage/sql/plans.ts'
import { takeTrial } from '../storage/sql/trials.ts'
import type { Context } from './context.ts'
import { withStorage } from './open-store.ts'
import { accountArgument, addExamples, beijingTime, jsonOption } from './options.ts'
import { filledIn } from './read-form.ts'
import { agreed, deedFor, idempotencyOption, type RepeatableOptions } from './sale.ts'

interface TrialOptions extends RepeatableOptions {
  readonly product: string
  readonly plan?: string
  readonly taxNumber?: string
  readonly phone?: string
}

/** Adds the command's options and action. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.sale.trial
  const products = new Option('--product <product>', context.locale.sale.product)
  command
    .description(texts.description)
    .addArgument(accountArgument(context))
    .addOption(products.choices(Object.keys(PRODUCTS)).default('card4'))
    .option('--plan <name>', context.locale.sale.plan)
    .option('--tax-number <number>', texts.taxNumber)
    .option('--phone <number>', texts.phone)
    .addOption(idempotencyOption(context))
    .addOption(jsonOption(context))
    .action((account, options) => take(context, account, options))
  addExamples(command, context, ['kayan trial shop --tax-number 91350100M000100Y43'])
}

function take(context: Context, accountName: string, options: TrialOptions): Promise<void> {
  const { product, plan: name = `${product}-trial`, taxNumber, phone } = options
  const form = filledIn(context, TRIAL_FORM, { plan: name, taxNumber, phone })
  return withStorage(context, 'write', async ({ accounts, engine, keyring }) => {
    const tokens = new IdentityTokens(keyring)
    const identities = (['taxNumber', 'phone'] as const).flatMap((kind) => {
      const number: Secret | undefined = form[kind]
      return number === undefined ? [] : [tokens.of(kind, number)]
    })
    const accountId = (await accounts.account(accountName)).id
    const wish = { accountId, plan: form.plan, identities }
    const deed = deedFor(context, 'order.trial', wish, options)
    const order = agreed(context, await takeTrial(engine, wish, deed))
    if (options.json) return context.out(JSON.stringify(order))
    const { validity } = await planOrdered(engine.queries, order.plan!)
    const until = beijingTime(endOfValidity(validity, order.paidAtMs ?? deed.atMs))
    context.out(context.locale.sale.trial.given(order.id, order.units, until))
  })
}
