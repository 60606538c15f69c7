/** `kayan orders`: placing, paying, cancelling, refunding and listing orders. */
import { Argument, type Command, Option } from 'commander'
import { CANCEL_FORM, PAY_FORM, PLACE_FORM, REFUND_FORM } from '../billing/forms.ts'
import { ORDER_STATES, type Order, type OrderState } from '../billing/order.ts'
import { findOrder, listOrders, listRefunds } from '../storage/sql/order-rows.ts'
import { cancelOrder, payOrder, placeOrder, refundOrder, voidOrder } from '../storage/sql/orders.ts'
import { listNotices } from '../storage/sql/payments.ts'
import type { Context } from './context.ts'
import { withStorage } from './open-store.ts'
import {
  accountArgument,
  addExamples,
  beijingTime,
  jsonOption,
  modeOption,
  positiveInteger,
} from './options.ts'
import { filledIn } from './read-form.ts'
import { agreed, deedFor, idempotencyOption, inYuan, type RepeatableOptions, yuan } from './sale.ts'
import { tableLines } from './table.ts'

const SHOWN_DEFAULT = 50

interface PlaceOptions extends RepeatableOptions {
  readonly plan: string
  readonly mode: string
}

interface PayOptions extends RepeatableOptions {
  readonly paymentId: string
  readonly amount?: number
}

interface ReasonOptions extends RepeatableOptions {
  readonly reason: string
  readonly units?: number
}

interface ListOptions {
  readonly state?: OrderState
  readonly limit: number
  readonly json?: true
}

/** Adds the command's options, sub-commands and actions. */
export function define(command: Command, context: Context): void {
  const texts = context.locale.sale.orders
  command.description(texts.description)
  addExamples(command, context, [
    'kayan orders place shop --plan card4-1200',
    'kayan orders pay ord_0123456789abcdef --payment-id 20261122001 --amount 500',
    'kayan orders refund ord_0123456789abcdef --reason "project ended"',
  ])
  changing(command, context, 'place', accountArgument(context))
    .requiredOption('--plan <name>', context.locale.sale.plan)
    .addOption(modeOption(context.locale.sale.mode))
    .action((account, options) => place(context, account, options))
  changing(command, context, 'pay', orderArgument(context))
    .requiredOption('--payment-id <id>', texts.paymentId)
    .option('--amount <yuan>', texts.amount, yuan)
    .action((orderId, options) => pay(context, orderId, options))
  changing(command, context, 'cancel', orderArgument(context))
    .requiredOption('--reason <text>', context.locale.sale.reason)
    .action((orderId, options) => cancel(context, orderId, options))
  changing(command, context, 'refund', orderArgument(context))
    .option('--units <n>', texts.units, positiveInteger)
    .requiredOption('--reason <text>', context.locale.sale.reason)
    .action((orderId, options) => refund(context, orderId, options))
  changing(command, context, 'void', orderArgument(context))
    .requiredOption('--reason <text>', context.locale.sale.reason)
    .action((orderId, options) => takeBack(context, orderId, options))
  command
    .command('list')
    .description(texts.list)
    .addArgument(accountArgument(context, false))
    .addOption(new Option('--state <state>', texts.state).choices(ORDER_STATES))
    .option('--limit <n>', context.locale.sale.limit, positiveInteger, SHOWN_DEFAULT)
    .addOption(jsonOption(context))
    .action((account, options) => list(context, account, options))
  command
    .command('show')
    .description(texts.show)
    .addArgument(orderArgument(context))
    .action((orderId) => show(context, orderId))
}

type Verb = 'place' | 'pay' | 'cancel' | 'refund' | 'void'

/** A sub-command that changes something: it may be repeated under a key, and print JSON. */
function changing(command: Command, context: Context, verb: Verb, argument: Argument): Command {
  return command
    .command(verb)
    .description(context.locale.sale.orders[verb])
    .addArgument(argument)
    .addOption(idempotencyOption(context))
    .addOption(jsonOption(context))
}

function orderArgument(context: Context): Argument {
  return new Argument('<order>', context.locale.sale.order)
}

function place(context: Context, accountName: string, options: PlaceOptions): Promise<void> {
  const { plan, mode } = options
  const form = filledIn(context, PLACE_FORM, { plan, mode })
  return withStorage(context, 'write', async ({ accounts, engine }) => {
    const wish = { accountId: (await accounts.account(accountName)).id, ...form }
    const deed = deedFor(context, 'order.place', wish, options)
    const order = agreed(context, await placeOrder(engine, wish, deed))
    const texts = context.locale.sale.orders
    if (order.state === 'paid') tell(context, options, order, texts.paid(order.id, order.units))
    else tell(context, options, order, texts.placed(order.id, inYuan(order.amountFen)))
  })
}

function pay(context: Context, orderId: string, options: PayOptions): Promise<void> {
  const { paymentId, amount: amountFen } = options
  const form = filledIn(context, PAY_FORM, { orderId, paymentId, amountFen })
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedFor(context, 'order.pay', form, options)
    const order = agreed(context, await payOrder(engine, form, deed))
    const texts = context.locale.sale.orders
    const line = order.kind === 'bill' ? texts.billPaid(orderId) : texts.paid(orderId, order.units)
    tell(context, options, order, line)
  })
}

function cancel(context: Context, orderId: string, options: ReasonOptions): Promise<void> {
  const form = filledIn(context, CANCEL_FORM, { orderId, reason: options.reason })
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedFor(context, 'order.cancel', form, options)
    const order = agreed(context, await cancelOrder(engine, form, deed))
    tell(context, options, order, context.locale.sale.orders.cancelled(orderId))
  })
}

function refund(context: Context, orderId: string, options: ReasonOptions): Promise<void> {
  const { units, reason } = options
  const form = filledIn(context, REFUND_FORM, { orderId, units, reason })
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedFor(context, 'order.refund', form, options)
    const refunded = agreed(context, await refundOrder(engine, form, deed))
    const { units: taken, fen } = refunded.refund
    const line = context.locale.sale.orders.refunded(orderId, taken, inYuan(fen))
    tell(context, options, refunded, line)
  })
}

function takeBack(context: Context, orderId: string, options: ReasonOptions): Promise<void> {
  const form = filledIn(context, CANCEL_FORM, { orderId, reason: options.reason })
  return withStorage(context, 'write', async ({ engine }) => {
    const deed = deedFor(context, 'order.void', form, options)
    const voided = agreed(context, await voidOrder(engine, form, deed))
    const line = context.locale.sale.orders.voided(orderId, voided.refund.units)
    tell(context, options, voided, line)
  })
}

function list(
  context: Context,
  accountName: string | undefined,
  options: ListOptions,
): Promise<void> {
  return withStorage(context, 'read', async ({ accounts, engine }) => {
    const { state, limit } = options
    const accountId = accountName && (await accounts.account(accountName)).id
    const orders = await listOrders(engine.queries, {
      ...(accountId && { accountId }),
      ...(state && { state }),
      limit,
    })
    if (options.json) return context.out(JSON.stringify(orders))
    const texts = context.locale.sale.orders
    if (orders.length === 0) return context.out(texts.none)
    const rows = orders.map((order) => cellsOf(context, order))
    for (const line of tableLines(texts.columns, rows)) context.out(line)
  })
}

function show(context: Context, orderId: string): Promise<void> {
  return withStorage(context, 'read', async ({ engine }) => {
    const { queries } = engine
    const order = agreed(context, (await findOrder(queries, orderId)) ?? 'order_unknown')
    const refunds = await listRefunds(queries, orderId)
    const notices = await listNotices(queries, orderId)
    context.out(JSON.stringify({ ...order, refunds, notices }, undefined, 2))
  })
}

function tell(context: Context, options: RepeatableOptions, result: object, line: string): void {
  context.out(options.json ? JSON.stringify(result) : line)
}

function cellsOf(context: Context, order: Order): string[] {
  const { kinds, orderStates } = context.locale.sale
  return [
    order.id,
    order.accountId,
    kinds[order.kind],
    order.plan?.name ?? order.month ?? '',
    order.mode,
    String(order.units),
    inYuan(order.amountFen),
    orderStates[order.state],
    beijingTime(order.placedAtMs),
  ]
}
