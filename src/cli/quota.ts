/** `kayan quota`: what an account has left, in the order in which it is spent. */
import type { Command } from 'commander'
import { burnOrders, type Quota } from '../billing/burn-order.ts'
import type { Context } from './context.ts'
import { withStorage } from './open-store.ts'
import { accountArgument, addExamples, beijingTime, jsonOption } from './options.ts'
import { tableLines } from './table.ts'

/** Adds the command's options and action. */
export function define(command: Command, context: Context): void {
  command
    .description(context.locale.sale.quota.description)
    .addArgument(accountArgument(context))
    .addOption(jsonOption(context))
    .action((account, options) => show(context, account, options))
  addExamples(command, context, ['kayan quota shop'])
}

function show(context: Context, accountName: string, options: { json?: true }): Promise<void> {
  return withStorage(context, 'read', async ({ accounts, grants }) => {
    const { id } = await accounts.account(accountName)
    const orders = burnOrders(await grants(id), context.nowMs())
    if (options.json) return context.out(JSON.stringify(orders))
    const texts = context.locale.sale.quota
    if (orders.length === 0) return context.out(texts.none)
    for (const { product, mode, grants: inOrder, total } of orders) {
      context.out(texts.pool(product, mode))
      const rows = inOrder.map((quota) => [
        String(quota.grantId),
        ...cellsOf(quota),
        beijingTime(quota.expiresAtMs),
        quota.reason,
      ])
      const sum = [texts.total, ...cellsOf(total), '', '']
      for (const line of tableLines(texts.columns, [...rows, sum])) context.out(`  ${line}`)
    }
  })
}

function cellsOf({ remaining, reserved, used, capacity }: Quota): string[] {
  return [remaining, reserved, used, capacity].map(String)
}
