/** `kayan plans`: what is for sale. */
import { Argument, type Command, Option } from 'commander'
import { PLAN_FORM } from '../billing/forms.ts'
import type { Validity } from '../billing/plan.ts'
import { addPlan, listPlans, type PlanRecord, retirePlan } from '../storage/sql/plans.ts'
import type { Context } from './context.ts'
import { withStorage } from './open-store.ts'
import { addExamples, beijingTime, jsonOption, positiveInteger, productOption } from './options.ts'
import { filledIn } from './read-form.ts'
import { agreed, deedFor, idempotencyOption, inYuan, type RepeatableOptions, yuan } from './sale.ts'
import { tableLines } from './table.ts'

const VALID_YEARS = 2

interface AddOptions extends RepeatableOptions {
  readonly product: string
  readonly units: number
  readonly price: number
  readonly years: number
  readonly days?: number
  readonly rate?: number
  readonly trial?: true
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.sale.plans
  const name = () => new Argument('<name>', texts.name)
  command.description(texts.description)
  addExamples(command, context, [
    'kayan plans list',
    'kayan plans add card4-3000 --product card4 --units 3000 --price 1100',
    'kayan plans retire card4-1200',
  ])
  command
    .command('list')
    .description(texts.list)
    .option('--all', texts.all)
    .addOption(jsonOption(context))
    .action((options) => list(context, options))
  command
    .command('add')
    .description(texts.add)
    .addArgument(name())
    .addOption(productOption(context.locale.sale.product).makeOptionMandatory())
    .requiredOption('--units <n>', texts.units, positiveInteger)
    .requiredOption('--price <yuan>', texts.price, yuan)
    .option('--years <n>', texts.years, positiveInteger, VALID_YEARS)
    .addOption(new Option('--days <n>', texts.days).argParser(positiveInteger).conflicts('years'))
    .option('--rate <n>', texts.rate, positiveInteger)
    .option('--trial', texts.trial)
    .addOption(idempotencyOption(context))
    .addOption(jsonOption(context))
    .action((planName, options) => add(context, planName, options))
  command
    .command('retire')
    .description(texts.retire)
    .addArgument(name())
    .addOption(idempotencyOption(context))
    .action((planName, options) => retire(context, planName, options))
}

function list(context: Context, options: { all?: true; json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const plans = await listPlans(engine.queries, options.all ?? false)
    if (options.json) return context.out(JSON.stringify(plans))
    const texts = context.locale.sale.plans
    if (plans.length === 0) return context.out(texts.none)
    const rows = plans.map((plan) => cellsOf(context, plan))
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function add(context: Context, name: string, options: AddOptions): Promise<void> {
  const { product, units, price: priceFen, years, days, rate: ratePerSecond, trial } = options
  const kind = trial ? 'trial' : 'package'
  const validity = days === undefined ? { years } : { days }
  const typed = { name, kind, product, units, priceFen, validity, ratePerSecond }
  const draft = filledIn(context, PLAN_FORM, typed)
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedFor(context, 'plan.add', draft, options)
    const plan = agreed(context, await addPlan(engine, draft, deed))
    if (options.json) return context.out(JSON.stringify(plan))
    context.out(context.locale.sale.plans.added(plan.name, plan.version))
  })
}

function retire(context: Context, name: string, options: RepeatableOptions): Promise<void> {
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedFor(context, 'plan.retire', { name }, options)
    agreed(context, await retirePlan(engine, name, deed))
    context.out(context.locale.sale.plans.retired(name))
  })
}

function cellsOf(context: Context, plan: PlanRecord): string[] {
  const { ratePerSecond: rate, retiredAtMs } = plan
  return [
    plan.name,
    String(plan.version),
    context.locale.sale.kinds[plan.kind],
    plan.product,
    String(plan.units),
    inYuan(plan.priceFen),
    validityText(context, plan.validity),
    rate === undefined ? '' : String(rate),
    retiredAtMs === undefined ? '' : beijingTime(retiredAtMs),
  ]
}

function validityText(context: Context, validity: Validity): string {
  const texts = context.locale.sale.plans
  return 'years' in validity ? texts.validYears(validity.years) : texts.validDays(validity.days)
}
