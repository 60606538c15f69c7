import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Key } from '../domain/key.ts'
import type { WireRequest } from '../protocols/protocol.ts'
import { ClientAddresses } from './client-address.ts'

function requestFrom(remoteAddress: string, ...rawHeaders: string[]): WireRequest {
  return { remoteAddress, rawHeaders } as unknown as WireRequest
}

function keyFor(...addresses: string[]): Key {
  return { addresses } as unknown as Key
}

const direct = new ClientAddresses([])
const behind = new ClientAddresses(['10.0.0.0/8', '::1'])

test('without trusted proxies the peer is the client, whatever a header claims', () => {
  const request = requestFrom('203.0.113.9', 'X-Forwarded-For', '198.51.100.1')
  expect(direct.of(request).masked).toBe('203.0.113.*')
  expect(direct.of(requestFrom('')).masked).toBe('')
})

test('behind trusted proxies the nearest address that is none of them is the client', () => {
  const claims: [string, string[], string][] = [
    ['10.1.1.1', ['X-Forwarded-For', '198.51.100.1'], '198.51.100.*'],
    ['::ffff:10.1.1.1', ['x-forwarded-for', '1.1.1.1, 198.51.100.1 , 10.2.2.2'], '198.51.100.*'],
    [
      '::1',
      ['X-Forwarded-For', '1.1.1.1', 'X-Forwarded-For', '[2001:db8::9]:443'],
      '2001:db8:0::/48',
    ],
    ['10.1.1.1', ['X-Forwarded-For', '198.51.100.1:4711'], '198.51.100.*'],
    ['10.1.1.1', ['X-Forwarded-For', '198.51.100.1, unknown'], ''],
    ['10.1.1.1', [], '10.1.1.*'],
    ['203.0.113.9', ['X-Forwarded-For', '198.51.100.1'], '203.0.113.*'],
  ]
  for (const [peer, headers, masked] of claims) {
    expect(behind.of(requestFrom(peer, ...headers)).masked).toBe(masked)
  }
})

test('what a stranger writes into the header never decides who he is', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())), (forged) => {
      const header = [...forged, '198.51.100.1'].join(',')
      expect(behind.of(requestFrom('10.0.0.1', 'X-Forwarded-For', header)).masked).toBe(
        '198.51.100.*',
      )
    }),
  )
})

test('a key is used from the networks of its list and from nowhere else', () => {
  const key = keyFor('198.51.100.0/24', '2001:db8::/32')
  expect(direct.permits(key, requestFrom('198.51.100.77'))).toBe(true)
  expect(direct.permits(key, requestFrom('::ffff:198.51.100.77'))).toBe(true)
  expect(direct.permits(key, requestFrom('2001:db8:1::5'))).toBe(true)
  expect(direct.permits(key, requestFrom('198.51.101.1'))).toBe(false)
  expect(direct.permits(key, requestFrom(''))).toBe(false)
  const proxied = requestFrom('10.0.0.1', 'X-Forwarded-For', '198.51.100.3')
  expect(behind.permits(key, proxied)).toBe(true)
  expect(direct.permits(key, proxied)).toBe(false)
})

test('a key without a list is used from anywhere, one with an unreadable list from nowhere', () => {
  expect(direct.permits({} as Key, requestFrom('203.0.113.9'))).toBe(true)
  expect(direct.permits(keyFor('everywhere'), requestFrom('203.0.113.9'))).toBe(false)
  expect(direct.permits(keyFor(), requestFrom('203.0.113.9'))).toBe(false)
})
