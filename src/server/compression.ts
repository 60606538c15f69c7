/** Which replies to people are compressed; those of the wire protocols never are. */
import type { WireRequest } from '../protocols/protocol.ts'

/** Below this a reply is sent as it is. */
export const ZIPPED_BYTES_MIN = 1_024

/** Whether the caller takes gzip. */
export function acceptsGzip({ rawHeaders }: WireRequest): boolean {
  const at = rawHeaders.findIndex((name) => name.toLowerCase() === 'accept-encoding')
  return at >= 0 && /\bgzip\b/.test(rawHeaders[at + 1] ?? '')
}
