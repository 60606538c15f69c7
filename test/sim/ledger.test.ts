import { expect, test } from 'vitest'
import type { LedgerDisk } from '../../src/billing/disk.ts'
import { forgettingAttempts } from './simulated-asking.ts'
import { type Sabotage, World } from './world.ts'

const SEEDS = 240
const STEPS = 40

/** A disk with some of its methods replaced. */
function altered(change: (disk: LedgerDisk) => Partial<LedgerDisk>): Sabotage {
  return {
    disk: (disk) => {
      const changes = change(disk)
      return new Proxy(disk, {
        get(target, name) {
          const own = changes[name as keyof LedgerDisk]
          if (own !== undefined) return own
          const value = target[name as keyof LedgerDisk]
          return typeof value === 'function' ? value.bind(target) : value
        },
      })
    },
  }
}

function firstBroken(sabotage: Sabotage = {}): string | undefined {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const broken = new World(seed, sabotage).run(STEPS)
    if (broken !== undefined) return `seed ${seed}, ${broken}`
  }
  return undefined
}

test('accounts, calls, operators, full disks and crashes in any order leave every charge provable', () => {
  expect(firstBroken()).toBeUndefined()
})

/** A rule that is left out, and the check that must notice. */
const BUGS: readonly (readonly [string, string, Sabotage])[] = [
  ['loses entries', 'V2', altered(() => ({ insertEntry: () => undefined }))],
  ['does not save balances', 'V2', altered(() => ({ saveBalance: () => undefined }))],
  [
    'keeps reservations that ended',
    'does not balance',
    altered(() => ({ deleteReservation: () => undefined })),
  ],
  ['stores no call', 'I1', altered(() => ({ insertCall: () => undefined }))],
  [
    'stores calls without their charge',
    'V3',
    altered((disk) => ({ insertCall: (call) => disk.insertCall(call, undefined) })),
  ],
  ['keeps nothing', 'I5', altered((disk) => ({ commit: () => disk.rollback() }))],
  [
    'never notices an operator',
    'out of order',
    altered((disk) => ({ begin: () => void disk.begin() as never })),
  ],
  ['leases the same serial numbers again', 'V7', altered(() => ({ leaseSerials: () => 1 }))],
  [
    'lets the clock run backwards',
    'V2',
    altered((disk) => ({ load: () => ({ ...disk.load(), lastMs: 0 }) })),
  ],
  ['marks no lost verdict', 'I3', altered(() => ({ insertUndelivered: () => undefined }))],
  ['takes every reply for handed over', 'I3', { forgetsDelivery: true }],
  ['answers an unknown commit with a free fault', 'I2', { answersUnknown: true }],
  ['replies before the commit', 'I1', { answersEarly: true }],
  ['acknowledges what no sync made safe', 'I1', { skipsSync: true }],
  ['goes on after a sync that failed', 'I1', { outlivesFailedSync: true }],
  ['builds on what a failed sync left in the cache', 'I1', { trustsTheCache: true }],
  ['forgets what died with a process', 'R5', { forgetsRecovery: true }],
  ['keeps no attempt', 'R1', altered((disk) => ({ asked: forgettingAttempts(disk) }))],
]

test.each(BUGS)('a server that %s is found out (%s)', (_bug, check, sabotage) => {
  expect(firstBroken(sabotage)).toContain(check)
})
