/** Which replies to people are compressed; those of the wire protocols never are. */
import type { WireRequest } from '../protocols/protocol.ts'
import { headerOf } from '../protocols/request-header.ts'

/** Below this a reply is sent as it is. */
export const ZIPPED_BYTES_MIN = 1_024

/** Whether the caller takes gzip. */
export function acceptsGzip(request: WireRequest): boolean {
  return /\bgzip\b/.test(headerOf(request, 'accept-encoding') ?? '')
}
