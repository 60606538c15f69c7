/** Finds the protocol of a request by its path, never by its Host. */
import type { Protocol } from '../protocols/protocol.ts'

/** The first protocol that owns the path, or undefined when the path belongs to no vendor. */
export function dispatch(protocols: readonly Protocol[], path: string): Protocol | undefined {
  return protocols.find((protocol) => protocol.owns(path))
}
