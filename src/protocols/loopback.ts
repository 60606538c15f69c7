/** Whether a peer is this machine itself, by the address its socket names (RFC 1122, RFC 4291). */

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d+\.\d+\.\d+)$/

/** True for `127.0.0.0/8`, plain or mapped into IPv6, and for `::1`. */
export function isLoopback(address: string): boolean {
  return LOOPBACK.test(address)
}
