/**
 * The eight invariants of exact metering, each a function over what clients know and what the ledger
 * says. Nothing of the service is used: who doubts the service need not trust its code here.
 */
import type { Answered, Ledger, Witness } from './evidence.ts'
import type { CallLine, EntryLine, GrantLine } from './ledger-lines.ts'

/** What one invariant came to. */
export interface Finding {
  readonly id: string
  /** What was looked at, with the counts. */
  readonly text: string
  /** Each breach, in words; empty when the invariant holds. */
  readonly breaches: readonly string[]
}

type Invariant = (witness: Witness, ledger: Ledger) => Omit<Finding, 'id'>

const INVARIANTS: Readonly<Record<string, Invariant>> = {
  I1: chargedReplies,
  I2: freeReplies,
  I3: chargesWithoutReply,
  I4: balances,
  I5: names,
  I6: repeats,
  I7: reversals,
  I8: vendors,
}

/** Sources that cost the operator nothing to ask; a call that was answered before one has none. */
const FREE_SOURCES: ReadonlySet<string> = new Set(['', 'registry', 'sandbox'])

type Account = 'available' | 'reserved' | 'used' | 'expired' | 'withdrawn'
const ACCOUNTS: readonly Account[] = ['available', 'reserved', 'used', 'expired', 'withdrawn']

/** From where to where each kind of entry of this run moves its units. */
const MOVES: Readonly<Record<string, readonly [Account | undefined, Account]>> = {
  grant: [undefined, 'available'],
  reserve: ['available', 'reserved'],
  settle: ['reserved', 'used'],
  burn: ['available', 'used'],
  release: ['reserved', 'available'],
  expire: ['available', 'expired'],
  withdraw: ['available', 'withdrawn'],
  reverse: ['used', 'available'],
}

/** Judges a run: one finding an invariant. */
export function judge(witness: Witness, ledger: Ledger): Finding[] {
  return Object.entries(INVARIANTS).map(([id, check]) => ({ id, ...check(witness, ledger) }))
}

/** I1: every charged reply is in the ledger once, with the same account, bytes and name. */
function chargedReplies({ answered }: Witness, ledger: Ledger): Omit<Finding, 'id'> {
  const charged = answered.filter(({ told }) => told.charged)
  const breaches = charged.flatMap((attempt) => {
    const { told, reply, invoke } = attempt
    const call = ledger.callsByName.get(told.name)
    if (call === undefined) return [`${nameOf(attempt)} is not in the ledger`]
    const charges = ledger.charges.get(call.serial) ?? []
    const grant = ledger.grants.get(charges[0]?.grant ?? 0)
    const differs = [
      charges.length !== 1 && `is charged ${charges.length} times`,
      charges[0]?.id !== call.entry && 'names another entry than the one that charged it',
      call.account !== invoke.account && 'is on another account',
      grant?.account !== invoke.account && 'was paid by another account',
      call.answer !== reply.body && 'was stored with other bytes',
    ]
    return differs.flatMap((what) => (what === false ? [] : [`${nameOf(attempt)} ${what}`]))
  })
  return { text: `${charged.length} charged replies, each in the ledger once`, breaches }
}

/** I2: no reply with a free result has a charge. */
function freeReplies({ answered }: Witness, ledger: Ledger): Omit<Finding, 'id'> {
  const free = answered.filter(({ told }) => !told.charged)
  const breaches = free
    .filter(({ told }) => {
      const call = ledger.callsByName.get(told.name)
      return call !== undefined && (call.entry !== null || ledger.charges.has(call.serial))
    })
    .map((attempt) => `${nameOf(attempt)} is free and was charged`)
  const results = new Set(free.map(({ told }) => told.result))
  const kinds = `${results.size} different results`
  return { text: `${free.length} free replies (${kinds}), none with a charge`, breaches }
}

/**
 * I3: every charge has a call that somebody sent with a good key. Where its reply reached nobody, it
 * is marked as undelivered, and there are at least as many sendings without a reply.
 */
function chargesWithoutReply(witness: Witness, ledger: Ledger): Omit<Finding, 'id'> {
  const told = new Set(witness.answered.map((attempt) => attempt.told.name))
  const lost: CallLine[] = []
  const breaches: string[] = []
  for (const [serial, [entry]] of ledger.charges) {
    const call = ledger.callsBySerial.get(serial)
    if (call === undefined) breaches.push(`entry ${entry?.id} charges for no call`)
    else if (!told.has(call.requestId) && !told.has(call.sequenceCode)) lost.push(call)
  }
  for (const { serial, requestId } of lost) {
    if (!ledger.undelivered.has(serial)) breaches.push(`${requestId} reached nobody, unmarked`)
  }
  const unanswered = Map.groupBy(witness.unanswered, ({ invoke }) => invoke.account)
  for (const [account, calls] of Map.groupBy(lost, ({ account }) => account)) {
    const sent = unanswered.get(account)?.length ?? 0
    if (calls.length > sent) {
      breaches.push(`${account}: ${calls.length} charges beyond the replies, ${sent} unanswered`)
    }
  }
  return {
    text: `${ledger.charges.size} charges, ${lost.length} of them without their reply and marked so (${witness.unanswered.length} sendings had no reply)`,
    breaches,
  }
}

/** I4: every grant adds up, from its entries and in its balance, and was never below zero. */
function balances({ answered, run }: Witness, ledger: Ledger): Omit<Finding, 'id'> {
  const breaches: string[] = []
  const sums = new Map<number, Record<Account, number>>()
  for (const entry of ledger.entries) {
    breaches.push(...apply(entry, ledger.grants.get(entry.grant)?.expiresAtMs ?? 0, sums))
  }
  for (const grant of ledger.grants.values()) breaches.push(...compare(grant, sums.get(grant.id)))
  for (const serial of ledger.reservations) breaches.push(`call ${serial} still holds a unit`)
  const empty = new Set(
    answered
      .filter(({ told }) => told.exhausted)
      .map(({ invoke: { account, mode } }) => `${account} (${mode})`),
  )
  const cameBack = Map.groupBy(
    ledger.entries.filter(({ entry }) => entry === 'reverse'),
    ({ grant }) => grant,
  )
  for (const { id, account, mode, available } of ledger.grants.values()) {
    const left = available - (cameBack.get(id)?.length ?? 0)
    if (empty.has(`${account} (${mode})`) && left > 0 && !run.clockSteps) {
      breaches.push(`${account} (${mode}) was refused and has ${left} units left`)
    }
  }
  return {
    text: `${ledger.grants.size} grants and ${ledger.entries.length} entries add up; ${empty.size} accounts used up to the last unit`,
    breaches,
  }
}

function apply(
  entry: EntryLine,
  expiresAtMs: number,
  sums: Map<number, Record<Account, number>>,
): string[] {
  const sum = sums.get(entry.grant) ?? zero()
  sums.set(entry.grant, sum)
  const move = MOVES[entry.entry]
  if (move === undefined) return [`entry ${entry.id} is of a kind that nobody asked for`]
  const [from, to] = move
  const givenBack = entry.entry === 'release' || entry.entry === 'reverse'
  if (from !== undefined) sum[from] -= entry.units
  sum[givenBack && entry.atMs >= expiresAtMs ? 'expired' : to] += entry.units
  const below = ACCOUNTS.filter((account) => sum[account] < 0)
  return below.map((account) => `entry ${entry.id} takes ${account} below zero`)
}

function compare(grant: GrantLine, sum: Record<Account, number> = zero()): string[] {
  const total = ACCOUNTS.reduce((all, account) => all + grant[account], 0)
  const wrong = ACCOUNTS.filter((account) => grant[account] !== sum[account])
  return [
    ...(total === grant.units ? [] : [`grant ${grant.id} of ${grant.units} adds up to ${total}`]),
    ...wrong.map((account) => `grant ${grant.id}: ${account} is not what its entries say`),
  ]
}

function zero(): Record<Account, number> {
  return { available: 0, reserved: 0, used: 0, expired: 0, withdrawn: 0 }
}

/** I5: no name was given twice; two replies of one name are the same answer, told again. */
function names({ answered }: Witness, ledger: Ledger): Omit<Finding, 'id'> {
  const breaches = ledger.namesakes.map((name) => `${name} names two calls`)
  const byName = Map.groupBy(answered, ({ told }) => told.name)
  for (const [name, attempts] of byName) {
    const bodies = new Set(attempts.map(({ reply }) => reply.body))
    const ops = new Set(attempts.map(({ invoke }) => invoke.op))
    const anew = attempts.filter(({ reply }) => reply.replayed === '')
    if (bodies.size > 1) breaches.push(`${name} is on two different answers`)
    if (ops.size > 1) breaches.push(`${name} answers two different calls`)
    if (anew.length > 1) breaches.push(`${name} was given ${anew.length} times as new`)
  }
  const again = answered.length - byName.size
  return { text: `${byName.size} names, ${again} answers told again under theirs`, breaches }
}

/** I6: a call that is sent again gets the same bytes, and is charged once at most. */
function repeats({ answered }: Witness, _ledger: Ledger): Omit<Finding, 'id'> {
  const breaches: string[] = []
  let repeated = 0
  for (const [op, attempts] of Map.groupBy(answered, ({ invoke }) => invoke.op)) {
    if (attempts.length > 1) repeated++
    const charged = new Set(
      attempts.filter(({ told }) => told.charged).map(({ told }) => told.name),
    )
    if (charged.size > 1) breaches.push(`call ${op} was charged ${charged.size} times`)
    const kept = attempts.filter(({ invoke, told }) => invoke.signed && told.kept)
    const bodies = new Set(kept.map(({ reply }) => reply.body))
    if (bodies.size > 1) breaches.push(`call ${op} got ${bodies.size} different answers`)
    const requests = new Set(attempts.map(({ invoke }) => invoke.request))
    if (requests.size > 1) breaches.push(`call ${op} was not repeated byte for byte`)
  }
  return { text: `${repeated} calls answered more than once, with one verdict each`, breaches }
}

/** I7: an undone charge was a charge, is undone once, and only because the operator wished it. */
function reversals({ reversed }: Witness, ledger: Ledger): Omit<Finding, 'id'> {
  const breaches: string[] = []
  const byId = new Map(ledger.entries.map((entry) => [entry.id, entry]))
  const undone = new Set<number>()
  const wished = new Set(reversed)
  const entries = ledger.entries.filter(({ entry }) => entry === 'reverse')
  for (const { id, undoes, grant, units } of entries) {
    const charge = byId.get(undoes ?? 0)
    const good = charge !== undefined && ['burn', 'settle'].includes(charge.entry)
    if (!good || charge.id > id || charge.grant !== grant || units !== 1) {
      breaches.push(`entry ${id} undoes no charge`)
    } else if (undone.has(charge.id)) breaches.push(`entry ${charge.id} was undone twice`)
    undone.add(undoes ?? 0)
    const call = ledger.callsBySerial.get(charge?.serial ?? 0)
    if (call === undefined || !wished.delete(call.requestId)) {
      breaches.push(`entry ${id} undoes what nobody wished undone`)
    }
  }
  for (const name of wished) breaches.push(`${name} was said to be undone and is not`)
  return { text: `${entries.length} charges undone, each once and by the operator`, breaches }
}

/** I8: nothing was paid to a vendor, because none was asked; more cannot be said of such a run. */
function vendors(_witness: Witness, ledger: Ledger): Omit<Finding, 'id'> {
  const paid = ledger.calls.filter(({ source }) => !FREE_SOURCES.has(source))
  return {
    text: `no vendor was called in this run (${ledger.calls.length} calls, none upstream), so that nothing was to be paid`,
    breaches: paid.map(({ requestId, source }) => `${requestId} asked ${source}, unjudged here`),
  }
}

function nameOf({ told }: Answered): string {
  return `${told.name} (${told.result})`
}
