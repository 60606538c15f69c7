import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FAULT_NAMES } from '../domain/fault.ts'
import { isBearer, type Key, type KeyKind } from '../domain/key.ts'
import type { Mode } from '../domain/product.ts'
import { Secret } from '../domain/secret.ts'
import type { Chaos } from '../sandbox/chaos.ts'
import { FAULT_KEYS } from '../sandbox/fault-keys.ts'
import { malformedPart } from './key.ts'
import { SandboxDirectory } from './sandbox-directory.ts'
import { SANDBOX_KEYS } from './sandbox-keys.ts'

const KINDS: readonly KeyKind[] = ['tencent', 'appcode', 'appkey', 'direct']

function keyOf(kind: KeyKind, mode: Mode, secret: string): Key {
  const account = { id: 'acc_1', name: 'one', state: 'active', ratePerSecond: 20 } as const
  return { id: `key_${kind}`, account, kind, mode, label: 'label', secret: new Secret(secret) }
}

const PUBLISHED = new Map(
  Object.values(SANDBOX_KEYS).map(({ kind, credential, secret }) => [
    credential as string,
    keyOf(kind, 'test', secret),
  ]),
)
const LIVE = keyOf('appcode', 'live', 'liveappcodeexample')

function directory(keys: ReadonlyMap<string, Key>, chaos?: Chaos, random = () => 0) {
  return new SandboxDirectory(
    { find: (_, credential) => keys.get(credential) },
    { chaos: () => chaos, random },
  )
}

test('every fault has a key of each kind, well-formed and unlike every other', () => {
  expect(FAULT_KEYS.map(({ fault }) => fault.fault)).toEqual(FAULT_NAMES)
  for (const kind of KINDS) {
    const credentials = FAULT_KEYS.map((keys) => keys[kind])
    expect(new Set([...credentials, SANDBOX_KEYS[kind].credential]).size).toBe(
      credentials.length + 1,
    )
    for (const credential of credentials) {
      const secret = isBearer(kind) ? credential : SANDBOX_KEYS[kind].secret
      expect(malformedPart({ kind, credential, secret }), credential).toBeUndefined()
    }
  }
})

test('a magic key is the published key of its kind with a refusal', () => {
  for (const keys of FAULT_KEYS) {
    for (const kind of KINDS) {
      const published = PUBLISHED.get(SANDBOX_KEYS[kind].credential)
      const found = directory(PUBLISHED).find(kind, keys[kind])
      expect(found).toMatchObject({ id: published?.id, mode: 'test', scenario: keys.fault })
      const secret = isBearer(kind) ? keys[kind] : SANDBOX_KEYS[kind].secret
      expect(found?.secret.reveal()).toBe(secret)
    }
  }
})

test('magic keys are gone when the published key of their kind is revoked', () => {
  for (const kind of KINDS) {
    const left = new Map(PUBLISHED)
    left.delete(SANDBOX_KEYS[kind].credential)
    expect(directory(left).find(kind, FAULT_KEYS[0]![kind])).toBeUndefined()
  }
})

test('a magic key of one kind opens nothing as another', () => {
  const keys = directory(PUBLISHED)
  expect(keys.find('appcode', FAULT_KEYS[0]!.tencent)).toBeUndefined()
  expect(keys.find('appcode', FAULT_KEYS[0]!.direct)).toBeUndefined()
  expect(keys.find('direct', FAULT_KEYS[0]!.appcode)).toBeUndefined()
})

test('chaos refuses about its share of the calls with test keys, by the injected chance', () => {
  const { credential } = SANDBOX_KEYS.appcode
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 1, noNaN: true }), (probability) => {
      let draws = 0
      const even = () => (draws++ % 1_000) / 1_000
      const keys = directory(PUBLISHED, { fault: 'overloaded', probability }, even)
      let refused = 0
      for (let call = 0; call < 1_000; call++) {
        if (keys.find('appcode', credential)?.scenario?.fault === 'overloaded') refused++
      }
      expect(refused).toBe(Math.ceil(probability * 1_000))
    }),
    { numRuns: 20 },
  )
})

test('without chaos and for live keys nothing is laid over a key', () => {
  const { credential } = SANDBOX_KEYS.appcode
  const keys = new Map(PUBLISHED).set('live', LIVE)
  expect(directory(keys).find('appcode', credential)).toBe(PUBLISHED.get(credential))
  const chaos = { fault: 'internal', probability: 1 } as const
  expect(directory(keys, chaos).find('appcode', 'live')).toBe(LIVE)
})
