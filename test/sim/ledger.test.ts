import { expect, test } from 'vitest'
import type { LedgerDisk } from '../../src/billing/disk.ts'
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

test.each<[string, Sabotage]>([
  ['loses entries', altered(() => ({ insertEntry: () => undefined }))],
  ['does not save balances', altered(() => ({ saveBalance: () => undefined }))],
  ['keeps reservations that ended', altered(() => ({ deleteReservation: () => undefined }))],
  ['stores no call', altered(() => ({ insertCall: () => undefined }))],
  [
    'stores calls without their charge',
    altered((disk) => ({ insertCall: (call) => disk.insertCall(call, undefined) })),
  ],
  ['acknowledges what it did not keep', altered((disk) => ({ commit: () => disk.rollback() }))],
  ['never notices an operator', altered((disk) => ({ begin: () => void disk.begin() as never }))],
  ['leases the same serial numbers again', altered(() => ({ leaseSerials: () => 1 }))],
  ['answers an unknown commit with a free fault', { answersUnknown: true }],
  ['replies before the commit', { answersEarly: true }],
  ['forgets what died with a process', { forgetsRecovery: true }],
])('a store that %s is found out', (_, sabotage) => {
  expect(firstBroken(sabotage)).toBeDefined()
})
