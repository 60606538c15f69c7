/**
 * One seeded run of several nodes on one database, by the discipline of metering on PostgreSQL: lock
 * the pools, read, run the kernel, write, commit, and ask when the answer to a commit was lost. The
 * scheduler lets any node go one step, kills nodes, cuts their connections and sets their clocks.
 */
import { applyCommand, giveBack } from '../../src/billing/apply.ts'
import type { Command, Operation } from '../../src/billing/command.ts'
import { DailyCaps } from '../../src/billing/daily-cap.ts'
import { type Holding, poolKey } from '../../src/billing/grant.ts'
import { Ledger } from '../../src/billing/ledger.ts'
import { randomOf } from '../prove/random.ts'
import { brokenRows, brokenVerdicts, type Reply } from './checks.ts'
import { Database, Transaction } from './database.ts'
import { newCommand } from './new-command.ts'
import { NO_ASKING } from './no-asking.ts'

/** Rules that are left out on purpose, to see that the checks notice. */
export interface Negligence {
  readonly readsBeforeLock?: boolean
  readonly locksNothing?: boolean
  readonly claimsNoRepeat?: boolean
  readonly takesLostForFailed?: boolean
  readonly answersBeforeCommit?: boolean
  readonly sharesSerials?: boolean
  readonly clockOfNode?: boolean
  readonly numbersBeforeLock?: boolean
  readonly forgetsTheDead?: boolean
  readonly outlivesItsDeath?: boolean
}

interface Node {
  readonly id: number
  readonly clockAheadMs: number
  serial: { next: number; end: number }
  batches: number
  /** Reserved calls whose source is being asked. */
  readonly asking: Command[]
  work: Generator<undefined, void> | undefined
  transaction: Transaction | undefined
}

const ACCOUNTS = ['acc_1', 'acc_2']
const NODES = 3
const SERIAL_BLOCK = 16
const CALLS_IN_BATCH_MAX = 4
const REPEAT_KEYS = 12
const CLOCK_AHEAD_MS_MAX = 4_000
const STEPS_BETWEEN_CHECKS = 16

export class Cluster {
  readonly #database = new Database()
  readonly #random: (below: number) => number
  readonly #negligence: Negligence
  readonly #replies = new Map<number, Reply>()
  #nodes: Node[] = []
  #started = 0
  #nowMs = 1_000_000
  /** Commits that the database is still about to carry out, or not. */
  #inDoubt: { transaction: Transaction; happens: boolean }[] = []

  constructor(seed: number, negligence: Negligence = {}) {
    this.#random = randomOf(seed)
    this.#negligence = negligence
    for (let i = 0; i < NODES; i++) this.#nodes.push(this.#newNode())
    for (const accountId of ACCOUNTS) this.#grant(accountId)
  }

  /** Runs some steps and returns the first broken invariant, if any. */
  run(steps: number): string | undefined {
    for (let step = 1; step <= steps; step++) {
      try {
        this.#step()
      } catch (error) {
        return `step ${step}: ${(error as Error).message}`
      }
      const broken = step % STEPS_BETWEEN_CHECKS === 0 ? this.#broken() : undefined
      if (broken !== undefined) return `step ${step}: ${broken}`
    }
    return this.#liveness()
  }

  /** With the faults off every node ends its work, and the dead hold nothing. */
  #liveness(): string | undefined {
    for (const { transaction, happens } of this.#inDoubt.splice(0)) end(transaction, happens)
    for (const node of [...this.#nodes]) this.#kill(node)
    return this.#database.reservations.size > 0
      ? 'R5: a reservation outlived its node'
      : this.#broken()
  }

  #newNode(): Node {
    return {
      id: ++this.#started,
      clockAheadMs: this.#random(CLOCK_AHEAD_MS_MAX),
      serial: { next: 0, end: 0 },
      batches: 0,
      asking: [],
      work: undefined,
      transaction: undefined,
    }
  }

  #step(): void {
    this.#nowMs += this.#random(300)
    const choice = this.#random(100)
    if (choice < 3) this.#kill(this.#nodes[this.#random(NODES)]!)
    else if (choice < 5) this.#declareDead(this.#nodes[this.#random(NODES)]!)
    else if (choice < 8) this.#grant(ACCOUNTS[this.#random(ACCOUNTS.length)]!)
    else if (choice < 14 && this.#inDoubt.length > 0) this.#decide()
    else this.#advance(this.#nodes[this.#random(NODES)]!)
  }

  #advance(node: Node): void {
    node.work ??= this.#settle(node, this.#commands(node))
    if (node.work.next().done === true) node.work = undefined
  }

  #decide(): void {
    const [doubt] = this.#inDoubt.splice(this.#random(this.#inDoubt.length), 1)
    if (doubt !== undefined) end(doubt.transaction, doubt.happens)
  }

  /** One batch, from its first lock to its last reply; each yield is where others may go on. */
  *#settle(node: Node, commands: readonly Command[]): Generator<undefined, void> {
    const { locksNothing, readsBeforeLock, numbersBeforeLock, answersBeforeCommit } =
      this.#negligence
    const transaction = this.#begin(node)
    const pools = [...new Set(commands.map(({ lane }) => lane.pool))].sort()
    let first = numbersBeforeLock || readsBeforeLock ? this.#database.takeEntryBlock() : 0
    let ledgers = readsBeforeLock ? this.#ledgers(pools, first) : undefined
    yield
    for (const pool of locksNothing ? [] : pools) while (!transaction.lock(pool)) yield
    yield
    if (this.#mayNotGoOn(node)) return this.#kill(node)
    first ||= this.#database.takeEntryBlock()
    ledgers ??= this.#ledgers(pools, first)
    yield
    const fresh = this.#claim(transaction, commands)
    const nowMs = this.#nowMs + node.clockAheadMs
    const faults = fresh.map((command) => this.#apply(transaction, ledgers, command, nowMs))
    const batch = `${node.id} ${++node.batches}`
    transaction.write(({ batches }) => batches.set(batch, 'happened'))
    transaction.lock(batch)
    if (answersBeforeCommit) this.#answer(node, fresh, faults)
    yield
    if (this.#random(6) > 0) transaction.commit()
    else {
      this.#inDoubt.push({ transaction, happens: this.#random(2) === 0 })
      yield
      const happened = yield* this.#resolve(batch)
      if (!happened)
        return this.#answer(
          node,
          fresh,
          fresh.map(() => 'store_unavailable'),
        )
    }
    yield
    this.#answer(node, fresh, faults)
  }

  /** Whether a commit without an answer happened: who inserts its row first has decided it. */
  *#resolve(batch: string): Generator<undefined, boolean> {
    if (this.#negligence.takesLostForFailed) return false
    while (this.#database.locks.has(batch)) yield
    if (this.#database.batches.get(batch) === 'happened') return true
    this.#database.batches.set(batch, 'never')
    return false
  }

  #begin(node: Node): Transaction {
    node.transaction = new Transaction(this.#database, node.id)
    return node.transaction
  }

  /** Others have taken it for dead and given its reservations back. */
  #mayNotGoOn(node: Node): boolean {
    return this.#database.dead.has(node.id) && !this.#negligence.outlivesItsDeath
  }

  /** Calls whose repeat key nobody has; the others get the stored answer, which is never new. */
  #claim(transaction: Transaction, commands: readonly Command[]): Command[] {
    if (this.#negligence.claimsNoRepeat) return [...commands]
    const claimed = new Set<string>()
    return commands.filter(({ repeatKey, serial }) => {
      if (repeatKey === '') return true
      if (claimed.has(repeatKey) || this.#database.repeats.has(repeatKey)) return false
      claimed.add(repeatKey)
      transaction.write(({ repeats }) => repeats.set(repeatKey, serial))
      return true
    })
  }

  #ledgers(pools: readonly string[], first: number): Map<string, Ledger> {
    const ledgers = new Map<string, Ledger>()
    // Each pool of a transaction has a share of its block.
    pools.forEach((pool, i) => {
      const state = this.#database.stateOf(pool, poolOf, first - 1 + i * 32)
      const lastMs = this.#negligence.clockOfNode ? 0 : state.lastMs
      ledgers.set(pool, new Ledger({ ...state, lastMs }))
    })
    return ledgers
  }

  #apply(
    rows: Transaction,
    ledgers: ReadonlyMap<string, Ledger>,
    command: Command,
    nowMs: number,
  ): string | undefined {
    const { pool } = command.lane
    const ledger = ledgers.get(pool)!
    const caps = new DailyCaps(() => undefined)
    const applied = applyCommand({ ledger, caps, rows, asked: NO_ASKING }, command, nowMs)
    keep(rows, pool, ledger)
    return typeof applied === 'string' ? applied : undefined
  }

  #commands(node: Node): Command[] {
    const settled = node.asking.splice(0, this.#random(2)).map((asked) => {
      const billable = this.#random(3) > 0
      return { ...asked, billable, operation: billable ? 'settle' : 'release' } as const
    })
    const calls = Array.from({ length: 1 + this.#random(CALLS_IN_BATCH_MAX) }, () => {
      return this.#call(node, (['burn', 'burn', 'reserve'] as const)[this.#random(3)]!)
    })
    return [...settled, ...calls]
  }

  #call(node: Node, operation: Operation): Command {
    if (node.serial.next === node.serial.end) {
      const first = this.#negligence.sharesSerials ? 1 : this.#database.takeSerials(SERIAL_BLOCK)
      node.serial = { next: first, end: first + SERIAL_BLOCK }
    }
    const serial = node.serial.next++
    const accountId = ACCOUNTS[this.#random(ACCOUNTS.length)]!
    const command = newCommand({ operation, serial, accountId, atMs: this.#nowMs })
    const repeated = operation === 'burn' && this.#random(2) === 0
    if (!repeated) return command
    return { ...command, repeatKey: `${accountId} ${this.#random(REPEAT_KEYS)}` }
  }

  #answer(node: Node, commands: readonly Command[], faults: readonly (string | undefined)[]): void {
    commands.forEach((command, i) => {
      const fault = faults[i]
      if (command.operation === 'reserve' && fault === undefined) node.asking.push(command)
      else this.#replies.set(command.serial, { command, fault })
    })
  }

  /** An operator sells a package, in a transaction of its own. */
  #grant(accountId: string): void {
    const pool = poolKey(accountId, 'card4', 'live')
    const transaction = new Transaction(this.#database, 0)
    if (!transaction.lock(pool)) return
    const ledger = this.#ledgers([pool], this.#database.takeEntryBlock()).get(pool)!
    const id = this.#database.holdings.size + 1
    const terms = { product: 'card4', mode: 'live', priority: 0, reason: 'r' } as const
    const times = { startsAtMs: this.#nowMs - 1_000, createdAtMs: this.#nowMs }
    const expiresAtMs = this.#nowMs + 5_000 + this.#random(30_000)
    const units = 1 + this.#random(8)
    const grant = { id, accountId, units, expiresAtMs, ...terms, ...times }
    const entry = ledger.grant(grant, this.#nowMs)
    if (typeof entry === 'string') throw new Error(entry)
    transaction.insertEntry(entry)
    keep(transaction, pool, ledger)
    transaction.commit()
  }

  /** SIGKILL: what it had not sent to the database never happens; the node comes back as another. */
  #kill(node: Node): void {
    node.work = undefined
    const open = node.transaction
    const doubtful = this.#inDoubt.some(({ transaction }) => transaction === open)
    if (open !== undefined && !open.ended && !doubtful) open.rollback()
    this.#declareDead(node)
    this.#nodes = this.#nodes.map((other) => (other === node ? this.#newNode() : other))
  }

  /** Its reservations are given back, once, by whoever comes first. */
  #declareDead(node: Node): void {
    this.#database.dead.add(node.id)
    if (this.#negligence.forgetsTheDead) return
    for (const { serial, nodeId, grantId } of [...this.#database.reservations.values()]) {
      if (!this.#database.dead.has(nodeId)) continue
      const pool = poolOf(this.#database.holdings.get(grantId)!)
      const transaction = new Transaction(this.#database, 0)
      // Somebody moves units of this pool just now: the next look finds it still there.
      if (!transaction.lock(pool)) continue
      const ledger = this.#ledgers([pool], this.#database.takeEntryBlock()).get(pool)!
      giveBack({ ledger, rows: transaction }, serial, this.#nowMs)
      keep(transaction, pool, ledger)
      transaction.commit()
    }
  }

  #broken(): string | undefined {
    const { holdings, entries, calls, reservations, nextSerial } = this.#database
    for (const pool of ACCOUNTS.map((id) => poolKey(id, 'card4', 'live'))) {
      const own = new Map([...holdings].filter(([, holding]) => poolOf(holding) === pool))
      const broken = brokenRows({
        holdings: own,
        entries: entries.filter(({ grantId }) => own.has(grantId)).sort((a, b) => a.id - b.id),
        calls: new Map([...calls].filter(([, { command }]) => command.lane.pool === pool)),
        reservations: new Map([...reservations].filter(([, { grantId }]) => own.has(grantId))),
        nextSerial: this.#negligence.sharesSerials ? Number.POSITIVE_INFINITY : nextSerial,
      })
      if (broken !== undefined) return broken
    }
    return brokenVerdicts(calls, this.#replies) ?? this.#chargedTwice()
  }

  /** I6: one repeat key, one charge. */
  #chargedTwice(): string | undefined {
    const charged = [...this.#database.calls.values()].filter(({ entryId }) => entryId !== 0)
    for (const [key, calls] of Map.groupBy(charged, ({ command }) => command.repeatKey)) {
      if (key !== '' && calls.length > 1) return `I6: ${key} was charged ${calls.length} times`
    }
    return undefined
  }
}

function end(transaction: Transaction, happens: boolean): void {
  if (transaction.ended) return
  if (happens) transaction.commit()
  else transaction.rollback()
}

/** Saves what moved; `time(0)` is that of the last entry. */
function keep(rows: Transaction, pool: string, ledger: Ledger): void {
  for (const holding of ledger.takeTouched()) rows.saveHolding(holding)
  const time = ledger.time(0)
  rows.write(({ lastMs }) => lastMs.set(pool, time))
}

function poolOf({ grant }: Holding): string {
  return poolKey(grant.accountId, grant.product, grant.mode)
}
