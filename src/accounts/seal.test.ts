import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Keyring } from '../domain/keyring.ts'
import { KeySealer } from './seal.ts'

const sealer = new KeySealer(new Keyring(randomBytes(32)))

test('a sealed secret opens for its account and shows no part of itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 8 }), (secret) => {
      const sealed = sealer.seal(secret, 'acc_1')
      expect(sealed.includes(secret)).toBe(false)
      expect(sealer.open(sealed, 'acc_1').reveal()).toBe(secret)
    }),
  )
})

test('a sealed secret opens for no other account, under no other key, with no bit changed', () => {
  const sealed = sealer.seal('secret', 'acc_1')
  expect(() => sealer.open(sealed, 'acc_2')).toThrow()
  expect(() => new KeySealer(new Keyring(randomBytes(32))).open(sealed, 'acc_1')).toThrow()
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed)
    changed[at]! ^= 1
    expect(() => sealer.open(changed, 'acc_1')).toThrow()
  }
  expect(() => sealer.open(sealed.subarray(0, -1), 'acc_1')).toThrow()
})

test('equal secrets are sealed to different bytes, equal credentials digest to equal ones', () => {
  expect(sealer.seal('secret', 'acc_1')).not.toEqual(sealer.seal('secret', 'acc_1'))
  expect(sealer.digest('appcode', 'x')).toEqual(sealer.digest('appcode', 'x'))
  expect(sealer.digest('appcode', 'x')).not.toEqual(sealer.digest('appkey', 'x'))
})

test('the label of an AppCode tells four characters and no more', () => {
  expect(sealer.label('appcode', 'kayansandboxappcode')).toMatch(/^kaya…[0-9a-f]{6}$/)
  expect(sealer.label('tencent', 'AKIDx')).toBe('AKIDx')
})
