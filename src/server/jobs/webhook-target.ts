/**
 * Where a webhook may lead. Its address is written by a customer and called from inside our network,
 * so it may name a listed host only, and that host may be at a public address only, or at a private
 * one that the operator has listed. Judged by name before, and by address at the moment of connecting.
 */
import { contains, type Network, parseAddress, parseNetwork } from '../../domain/ip-address.ts'

export interface WebhookPolicy {
  /** Names, `*.name` for all below a name, or `*` for every host. */
  readonly hosts: readonly string[]
  readonly privateNetworks: readonly Network[]
}

/** Why a webhook is not called. */
export type TargetRefusal = 'host_refused' | 'address_refused' | 'clear_text_refused'

/** Addresses of IPv4 that are no public host's (IANA special-purpose registry). */
const SPECIAL_IPV4 = networks(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24',
  '192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24',
  '224.0.0.0/4 240.0.0.0/4',
)
const PUBLIC_IPV6 = networks('2000::/3')
/** Within them: tunnels, which lead to any address of IPv4, and addresses for documents. */
const SPECIAL_IPV6 = networks('2001::/23 2001:db8::/32 2002::/16 3fff::/20')

/** Builds the policy from lists as they are configured. */
export function webhookPolicy(hosts: readonly string[], privateNetworks: readonly string[]) {
  return {
    hosts: hosts.map((host) => host.toLowerCase()),
    privateNetworks: networks(...privateNetworks),
  }
}

/** Judges an address as it is written; undefined when it may be tried. */
export function judgeTarget(policy: WebhookPolicy, url: URL): TargetRefusal | undefined {
  const host = url.hostname
  if (!policy.hosts.some((listed) => matches(listed, host))) return 'host_refused'
  const literal = parseAddress(host.replace(/^\[|\]$/g, ''))
  // Of a name this is asked when it is known where it leads.
  return literal && judgeAddress(policy, url, host)
}

/** Judges where a host turns out to be. Without TLS only a listed private network is called. */
export function judgeAddress(
  policy: WebhookPolicy,
  url: URL,
  address: string,
): TargetRefusal | undefined {
  const bytes = parseAddress(address.replace(/^\[|\]$/g, ''))
  if (bytes === undefined) return 'address_refused'
  const within = (network: Network) => contains(network, bytes)
  if (policy.privateNetworks.some(within)) return undefined
  const isPublic =
    bytes.length === 4
      ? !SPECIAL_IPV4.some(within)
      : PUBLIC_IPV6.some(within) && !SPECIAL_IPV6.some(within)
  if (!isPublic) return 'address_refused'
  return url.protocol === 'https:' ? undefined : 'clear_text_refused'
}

function matches(listed: string, host: string): boolean {
  if (listed === '*') return true
  return listed.startsWith('*.') ? host.endsWith(listed.slice(1)) : host === listed
}

function networks(...lists: readonly string[]): Network[] {
  return lists
    .flatMap((list) => list.split(' '))
    .map((text) => {
      const network = parseNetwork(text)
      if (network === undefined) throw new Error(`${text} is no network`)
      return network
    })
}
