/**
 * How the runner and a client program talk: one order a line on the program's standard input, one
 * answer a line on its standard output, after a first line that names client and version.
 */

/** The first line of every client program. */
export interface Hello {
  readonly client: string
  /** Absent where the client comes with the machine. */
  readonly version?: string
}

/** One call to make. */
export interface Order {
  readonly case: string
  readonly mode: string
  readonly verb: 'GET' | 'POST'
  /** What the client is given as endpoint: `host:port` for Tencent's, a base URL for Aliyun's. */
  readonly endpoint: string
  readonly id: string
  readonly secret: string
  readonly language?: string
  /** The signature method; the client's own choice where absent. */
  readonly signMethod?: string
  /** Tencent: whether the body stays outside the signature. */
  readonly unsignedPayload?: boolean
  /** Tencent: the endpoint is a gateway before the vendor's host, whose name is what gets signed. */
  readonly gateway?: boolean
  /** Whether the endpoint is the one that speaks TLS. */
  readonly tls?: boolean
  /** Aliyun: how the parameters travel. */
  readonly body?: 'form' | 'json'
  readonly unknownParameter?: boolean
  /** The one object is `Encryption` of Tencent's actions. */
  readonly parameters: Readonly<Record<string, string | number | object>>
}

/** What the client made of the reply, in its own terms. */
export interface Answer {
  readonly client: string
  readonly mode: string
  readonly verb: string
  readonly case: string
  readonly result?: string
  readonly description?: string
  readonly state?: string
  readonly requestId?: string
  readonly error?: {
    /** The client's own class of errors. */
    readonly type: string
    /** These are null where the client found none in the reply. */
    readonly code: string | null
    readonly message: string | null
    readonly requestId: string | null
  }
}
