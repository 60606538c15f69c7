/**
 * Which hosts a client may have signed: official clients put one form of their endpoint on the wire and
 * sign another, and proxies rewrite what was sent.
 */
import type { WireRequest } from '../protocol.ts'
import { valuesOf } from './headers.ts'
import type { TencentSettings } from './options.ts'

/** The forms in which official clients sign the Host they send: whole, then ever less of it. */
export function hostForms(host: string): string[] {
  const schemeless = host.replace(/^[a-z]+:\/\//i, '')
  const pathless = schemeless.replace(/\/.*$/s, '')
  return [host, schemeless, pathless, withoutPort(pathless)]
}

/**
 * The host with the path of the endpoint, as one edition for Go signs it; to that path it then adds
 * the `/` of the call.
 */
export function hostWithPath(host: string, path: string): readonly string[] {
  return path === '/' ? [] : [`${host}${path}`, `${host}${path.replace(/\/$/, '')}`]
}

/** The host without a numeric port; the text itself where it has none. */
export function withoutPort(host: string): string {
  const colon = host.lastIndexOf(':')
  if (colon === -1) return host
  for (let i = colon + 1; i < host.length; i++) {
    const code = host.charCodeAt(i)
    if (code < 0x30 || code > 0x39) return host
  }
  return host.slice(0, colon)
}

/** Hosts that may have been signed in place of the received one. */
export function otherHosts(settings: TencentSettings, request: WireRequest): readonly string[] {
  const forwarded = isTrustedProxy(settings, request)
    ? valuesOf(request.rawHeaders, 'x-forwarded-host').slice(0, 1)
    : []
  const bare = settings.publicHosts.map((host) => host.replace(/:\d+$/, ''))
  return [...forwarded, ...settings.publicHosts, ...bare]
}

/** Whether the peer is a proxy whose word the operator trusts. */
export function isTrustedProxy(settings: TencentSettings, request: WireRequest): boolean {
  return settings.trustedProxies.includes(request.remoteAddress)
}
