/** What stands behind a listener of either version of HTTP, and the limits it is protected by. */
import type { WireReply, WireRequest } from '../protocols/protocol.ts'

export interface HttpLimits {
  readonly bodyBytesMax: number
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly keepAliveTimeoutMs: number
  readonly connectionCheckMs: number
  /** 0 for no limit, behind a trusted proxy. */
  readonly socketsPerIpMax: number
}

/** A reply whose body may be bytes, as those of files are. */
export interface ServerReply extends Omit<WireReply, 'body'> {
  readonly body: string | Uint8Array
}

/** What a handler gives back; `written` hears whether the reply was handed to the operating system. */
export interface Handled {
  readonly reply: ServerReply
  readonly written?: (delivered: boolean) => void
}

/** Answers one request; a rejection means that no reply may be sent and the connection is cut. */
export type Handler = (request: WireRequest) => Promise<Handled>
