/** Internet addresses: their bytes, the networks they lie in, and what of one may be kept. */

/** Four bytes (IPv4, also when it came mapped into IPv6) or sixteen. */
export type AddressBytes = readonly number[]

/** A network: addresses that begin with the same `prefixBits` bits. */
export interface Network {
  readonly bytes: AddressBytes
  readonly prefixBits: number
}

const IPV4_BYTES = 4
const IPV6_BYTES = 16
const GROUPS = 8
const MAPPED_BITS = 96
const KEPT_GROUPS = 3

/** The bytes of an address in any of its spellings, or undefined when it is none. */
export function parseAddress(text: string): AddressBytes | undefined {
  if (!text.includes(':')) return parseIpv4(text)
  // A zone names a link of this machine, not the peer.
  const bytes = parseIpv6(text.replace(/%[\w.-]+$/, ''))
  return bytes !== undefined && isMapped(bytes) ? bytes.slice(IPV6_BYTES - IPV4_BYTES) : bytes
}

/** A network such as `203.0.113.0/24`, or one address; undefined when it is neither. */
export function parseNetwork(text: string): Network | undefined {
  const [address = '', prefix, ...more] = text.split('/')
  const bytes = parseAddress(address)
  if (bytes === undefined || more.length > 0) return undefined
  const bits = bytes.length * 8
  if (prefix === undefined) return { bytes, prefixBits: bits }
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return undefined
  // Of a mapped address the bits of the mapping do not count.
  const mappedBits = address.includes(':') && bytes.length === IPV4_BYTES ? MAPPED_BITS : 0
  const prefixBits = Number(prefix) - mappedBits
  return prefixBits >= 0 && prefixBits <= bits ? { bytes, prefixBits } : undefined
}

/** Whether an address lies in a network; no IPv4 address lies in one of IPv6. */
export function contains({ bytes, prefixBits }: Network, address: AddressBytes): boolean {
  if (bytes.length !== address.length) return false
  for (let i = 0, left = prefixBits; left > 0; i++, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff
    if (((bytes[i]! ^ address[i]!) & mask) !== 0) return false
  }
  return true
}

/** `203.0.113.*`, or of IPv6 the 48 bits of the site: `2001:db8:85a3::/48`. */
export function maskAddress(bytes: AddressBytes): string {
  if (bytes.length === IPV4_BYTES) return `${bytes.slice(0, 3).join('.')}.*`
  const groups = Array.from({ length: KEPT_GROUPS }, (_, i) => {
    return (bytes[2 * i]! * 256 + bytes[2 * i + 1]!).toString(16)
  })
  return `${groups.join(':')}::/${KEPT_GROUPS * 16}`
}

/** Four numbers without leading zeros, which some read as octal. */
function parseIpv4(text: string): AddressBytes | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(text)) return undefined
  const bytes = text.split('.').map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : undefined
}

function parseIpv6(text: string): AddressBytes | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half, i) => parseGroups(half, i === halves.length - 1))
  if (head === undefined) return undefined
  if (halves.length === 1) return head.length === IPV6_BYTES ? head : undefined
  if (tail === undefined) return undefined
  const missing = IPV6_BYTES - head.length - tail.length
  // Two colons stand for at least one group.
  return missing < 2 ? undefined : [...head, ...new Array<number>(missing).fill(0), ...tail]
}

/** Groups of sixteen bits; the last may be an IPv4 address where the text ends. */
function parseGroups(text: string, atEnd: boolean): number[] | undefined {
  if (text === '') return []
  const groups = text.split(':')
  if (groups.length > GROUPS) return undefined
  const bytes: number[] = []
  for (const [i, group] of groups.entries()) {
    if (atEnd && i === groups.length - 1 && group.includes('.')) {
      const ipv4 = parseIpv4(group)
      if (ipv4 === undefined) return undefined
      bytes.push(...ipv4)
    } else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16)
      bytes.push(value >> 8, value & 0xff)
    } else {
      return undefined
    }
  }
  return bytes
}

function isMapped(bytes: AddressBytes): boolean {
  return bytes.every((byte, i) => (i < 10 ? byte === 0 : i >= 12 || byte === 0xff))
}
