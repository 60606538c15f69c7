import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AddressBytes,
  contains,
  maskAddress,
  parseAddress,
  parseNetwork,
} from './ip-address.ts'

const FORM = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((address) => `::ffff:${address}`),
  fc.stringMatching(/^[0-9a-f:.]{0,24}$/),
  fc.constantFrom('::', '::1', '1.2.3', '01.2.3.4', '1.2.3.4.', ':::', '1::2::3', '::1.2.3.4:5'),
)

test('reads what the platform takes for an address, and nothing else', () => {
  fc.assert(
    fc.property(FORM, (text) => {
      const bytes = parseAddress(text)
      expect(bytes !== undefined).toBe(isIP(text) !== 0)
      if (bytes !== undefined) expect([4, 16]).toContain(bytes.length)
    }),
    { numRuns: 3_000 },
  )
})

test('finds an address in a network exactly when the platform does', () => {
  const near = (text: string) => fc.constantFrom(text, text.replace(/[0-9a-f]$/i, '1'))
  const pair = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.constant('ipv4' as const)),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.constant('ipv6' as const)),
  )
  const sample = pair.chain(([text, prefix, family]) => {
    const other = family === 'ipv4' ? fc.ipV4() : fc.ipV6()
    return fc.tuple(
      fc.constant({ text, prefix, family }),
      fc.oneof(near(text), other).filter((address) => isIP(address) !== 0),
    )
  })
  fc.assert(
    fc.property(sample, ([{ text, prefix, family }, address]) => {
      fc.pre(!isMappedText(text) && !isMappedText(address))
      const list = new BlockList()
      list.addSubnet(text, prefix, family)
      const network = parseNetwork(`${text}/${prefix}`)!
      expect(contains(network, bytesOf(address))).toBe(list.check(address, family))
    }),
    { numRuns: 2_000 },
  )
})

test('an address mapped into IPv6 is the IPv4 address, in networks too', () => {
  expect(parseAddress('::ffff:203.0.113.9')).toEqual([203, 0, 113, 9])
  expect(parseAddress('::FFFF:cb00:7109')).toEqual([203, 0, 113, 9])
  const network = parseNetwork('::ffff:203.0.113.0/120')!
  expect(contains(network, bytesOf('203.0.113.200'))).toBe(true)
  expect(contains(network, bytesOf('203.0.114.1'))).toBe(false)
  expect(contains(parseNetwork('::/0')!, bytesOf('203.0.113.9'))).toBe(false)
})

test('the zone of a link-local address is passed over', () => {
  expect(parseAddress('fe80::1%eth0')).toEqual(parseAddress('fe80::1'))
})

test('a network has one prefix, no longer than its address', () => {
  for (const text of ['1.2.3.4/33', '::/129', '1.2.3.4/', '1.2.3.4/08', '1.2.3.4/8/8', '/8', '']) {
    expect(parseNetwork(text)).toBeUndefined()
  }
  expect(parseNetwork('203.0.113.9')).toEqual({ bytes: [203, 0, 113, 9], prefixBits: 32 })
})

test('the end of an address is never kept', () => {
  expect(maskAddress(bytesOf('203.0.113.9'))).toBe('203.0.113.*')
  expect(maskAddress(bytesOf('::ffff:203.0.113.9'))).toBe('203.0.113.*')
  expect(maskAddress(bytesOf('2001:db8:85a3::8a2e:370:7334'))).toBe('2001:db8:85a3::/48')
  fc.assert(
    fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
      const [a, b] = [bytesOf(one), bytesOf(other)]
      fc.pre(a.length === 16 && b.length === 16)
      const kept = (bytes: AddressBytes) => bytes.slice(0, 6).join()
      expect(maskAddress(a) === maskAddress(b)).toBe(kept(a) === kept(b))
    }),
  )
})

function bytesOf(text: string): AddressBytes {
  const bytes = parseAddress(text)
  if (bytes === undefined) throw new Error(`${text} is no address`)
  return bytes
}

/** Only ours takes a mapped address for the one that is mapped, also in a network of IPv6. */
function isMappedText(text: string): boolean {
  return text.includes(':') && parseAddress(text)?.length === 4
}
