/**
 * What the clients of a proof write down, one JSON line an event, and the clerk who writes it.
 *
 * The file is complete by itself: the checker reads nothing of the harness but these lines. Requests
 * stand in it as digests, so that no element does.
 */
import { closeSync, openSync, writeSync } from 'node:fs'

/** First line: what was run. */
export interface RunEvent {
  readonly kind: 'run'
  readonly seed: number
  readonly engine: string
  readonly nodes: number
  readonly kills: number
  /** The service's clock was set: a package may have ended for a while. */
  readonly clockSteps: boolean
}

/** A client is about to send. */
export interface InvokeEvent {
  readonly kind: 'invoke'
  /** The call that a client wants made; its repeats have the same number. */
  readonly op: number
  /** Counts the times it was sent, from 1. */
  readonly attempt: number
  readonly node: number
  /** `tencent` or `aliyun`. */
  readonly protocol: string
  /** Account of the key; empty when the credential is wrong on purpose. */
  readonly account: string
  /** `live`, or `test` for the sandbox. */
  readonly mode: string
  /** Signed: byte-identical repeats are the same call. */
  readonly signed: boolean
  /** SHA-256 of what was sent. */
  readonly request: string
}

/** A whole reply arrived. */
export interface OkEvent {
  readonly kind: 'ok'
  readonly op: number
  readonly attempt: number
  readonly status: number
  /** Values of `X-Ca-Request-Id`, `X-Ca-Error-Code` and `X-Kayan-Replayed`; empty when absent. */
  readonly requestId: string
  readonly errorCode: string
  readonly replayed: string
  readonly body: string
}

/** `fail`: certainly not received, the connection was refused. `info`: nobody knows. */
export interface LostEvent {
  readonly kind: 'fail' | 'info'
  readonly op: number
  readonly attempt: number
}

/** A node was killed, or is ready again. */
export interface NodeEvent {
  readonly kind: 'kill' | 'ready'
  readonly node: number
  /** From the start of the process to its readiness, milliseconds; 0 for a kill. */
  readonly ms: number
}

/** The operator undid a charge, or was refused. */
export interface ReverseEvent {
  readonly kind: 'reverse'
  readonly requestId: string
  readonly accepted: boolean
}

export type HistoryEvent = RunEvent | InvokeEvent | OkEvent | LostEvent | NodeEvent | ReverseEvent

const FLUSH_CHARACTERS = 1 << 16

/** Appends events to a file, in the order in which they happen. */
export class History {
  readonly #file: number
  #pending = ''

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  add(event: HistoryEvent): void {
    this.#pending += `${JSON.stringify(event)}\n`
    if (this.#pending.length >= FLUSH_CHARACTERS) this.flush()
  }

  close(): void {
    this.flush()
    closeSync(this.#file)
  }

  /** Writes out what is held back. */
  flush(): void {
    writeSync(this.#file, this.#pending)
    this.#pending = ''
  }
}
