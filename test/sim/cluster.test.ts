import { expect, test } from 'vitest'
import { Cluster, type Negligence } from './cluster.ts'

const SEEDS = 100
const STEPS = 200

function firstBroken(negligence: Negligence = {}): string | undefined {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const broken = new Cluster(seed, negligence).run(STEPS)
    if (broken !== undefined) return `seed ${seed}, ${broken}`
  }
  return undefined
}

test('nodes on one database, killed, cut off and set wrong in any order, charge every call once', () => {
  expect(firstBroken()).toBeUndefined()
})

/** A rule of the discipline that is left out, and the check that must notice. */
const BUGS: readonly (readonly [string, RegExp, Negligence])[] = [
  ['reads balances before it has their lock', /V[12]/, { readsBeforeLock: true }],
  ['locks nothing', /V[12]/, { locksNothing: true }],
  ['numbers its entries before it has the lock', /V[12]/, { numbersBeforeLock: true }],
  ['goes by its own clock', /V2/, { clockOfNode: true }],
  ['claims no repeat', /I6/, { claimsNoRepeat: true }],
  ['takes a lost answer for a failed commit', /I2/, { takesLostForFailed: true }],
  ['answers before its commit', /I1/, { answersBeforeCommit: true }],
  ['shares its serial numbers', /I5/, { sharesSerials: true }],
  ['forgets what the dead held', /R5/, { forgetsTheDead: true }],
  ['goes on after it was declared dead', /holds no reservation/, { outlivesItsDeath: true }],
]

test.each(BUGS)('a node that %s is found out (%s)', (_bug, check, negligence) => {
  expect(firstBroken(negligence)).toMatch(check)
})
