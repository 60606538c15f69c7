/** Whose address a call comes from: the peer's, or the one that proxies of our own name. */
import {
  type AddressBytes,
  contains,
  maskAddress,
  type Network,
  parseAddress,
  parseNetwork,
} from '../domain/ip-address.ts'
import type { Key } from '../domain/key.ts'
import type { WireRequest } from '../protocols/protocol.ts'

export interface ClientAddress {
  /** Undefined of a peer without an Internet address. */
  readonly bytes: AddressBytes | undefined
  /** What the call log keeps; empty where there is nothing to keep. */
  readonly masked: string
}

/** Addresses remembered in their parsed form. */
const REMEMBERED_MAX = 10_000
const FORWARDED = 'x-forwarded-for'
const UNKNOWN: ClientAddress = { bytes: undefined, masked: '' }

export class ClientAddresses {
  readonly #proxies: readonly Network[]
  readonly #known = new Map<string, ClientAddress>()
  /** Networks of each key's list; the list is the same object as long as the key is. */
  readonly #networks = new WeakMap<readonly string[], readonly Network[]>()

  /** `trustedProxies` are the networks (CIDR) whose word on their clients is believed. */
  constructor(trustedProxies: readonly string[]) {
    this.#proxies = networksOf(trustedProxies)
  }

  /** The nearest address that is not one of our proxies. */
  of({ remoteAddress, rawHeaders }: Pick<WireRequest, 'remoteAddress' | 'rawHeaders'>) {
    let address = this.#read(remoteAddress)
    if (this.#proxies.length === 0) return address
    const named = forwardedIn(rawHeaders)
    while (this.#isProxy(address)) {
      const before = named.pop()
      if (before === undefined) break
      address = this.#read(before)
    }
    return address
  }

  /** Whether a key may be used from where a request comes; a list that cannot be read lets nobody in. */
  permits(key: Key, request: WireRequest): boolean {
    if (key.addresses === undefined) return true
    let networks = this.#networks.get(key.addresses)
    if (networks === undefined) {
      networks = networksOf(key.addresses)
      this.#networks.set(key.addresses, networks)
    }
    return lies(this.of(request), networks)
  }

  #isProxy(address: ClientAddress): boolean {
    return lies(address, this.#proxies)
  }

  #read(text: string): ClientAddress {
    const known = this.#known.get(text)
    if (known !== undefined) return known
    const bytes = parseAddress(text)
    const address = bytes === undefined ? UNKNOWN : { bytes, masked: maskAddress(bytes) }
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear()
    this.#known.set(text, address)
    return address
  }
}

function networksOf(texts: readonly string[]): Network[] {
  return texts.map(parseNetwork).filter((network) => network !== undefined)
}

function lies({ bytes }: ClientAddress, networks: readonly Network[]): boolean {
  return bytes !== undefined && networks.some((network) => contains(network, bytes))
}

/** What proxies have named, the last of them last. */
function forwardedIn(rawHeaders: readonly string[]): string[] {
  const named: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length !== FORWARDED.length || name.toLowerCase() !== FORWARDED) continue
    named.push(...rawHeaders[i + 1]!.split(',').map(withoutPort))
  }
  return named
}

/** Some proxies add the port: `203.0.113.9:4711`, `[2001:db8::1]:4711`. */
function withoutPort(text: string): string {
  const trimmed = text.trim()
  return /^\[([^\]]*)\](?::\d+)?$/.exec(trimmed)?.[1] ?? trimmed.replace(/^([\d.]+):\d+$/, '$1')
}
