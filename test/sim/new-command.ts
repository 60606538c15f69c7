/** A call as the gateway would send it to the writer, for simulations. */
import type { Command, Operation } from '../../src/billing/command.ts'
import { poolKey } from '../../src/billing/grant.ts'

/** What tells one simulated call from another. */
export interface NewCall {
  readonly operation: Operation
  readonly serial: number
  readonly accountId: string
  readonly atMs: number
}

/** A burn is charged; a reservation may be, and a record is free. */
export function newCommand({ operation, serial, accountId, atMs }: NewCall): Command {
  return {
    operation,
    serial,
    lane: {
      accountId,
      keyId: 'key_1',
      api: 'tencent.BankCard4EVerification',
      product: 'card4',
      mode: 'live',
      source: 'registry',
      pool: poolKey(accountId, 'card4', 'live'),
    },
    late: false,
    atMs,
    result: operation === 'burn' || operation === 'reserve' ? 'match' : 'source_busy',
    billable: operation === 'burn',
    ruleVersion: 1,
    latencyUs: 1,
    steps: '',
    answer: `answer ${serial}`,
    repeatKey: '',
    elementToken: '',
    client: '',
    elementIndex: '',
  }
}
