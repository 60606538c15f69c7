/** The conversation of a Node client program with the runner. */
import { createInterface } from 'node:readline'
import type { Answer, Hello, Order } from '../protocol.ts'

/** What one call gave; the rest of the answer repeats the order. */
export type Reading = Pick<Answer, 'result' | 'description' | 'state' | 'requestId' | 'error'>

/** Introduces the client, then carries out one order after the other until the input ends. */
export async function serveOrders(
  hello: Hello,
  call: (order: Order) => Promise<Reading>,
): Promise<void> {
  print(hello)
  for await (const line of createInterface({ input: process.stdin })) {
    const order = JSON.parse(line) as Order
    const { mode, verb } = order
    print({ client: hello.client, mode, verb, case: order.case, ...(await call(order)) })
  }
}

function print(line: Hello | Answer): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
