/** What a sample program is written from. */
import type { CodeSample } from '../../explorer.ts'
import type { Held } from '../../held.ts'

export interface SampleCall {
  /** `http://host:port` */
  readonly origin: string
  readonly host: string
  readonly service: string
  readonly action: string
  readonly version: string
  readonly secretId: string
  readonly secretKey: Held
  readonly parameters: Readonly<Record<string, string | number>>
}

/** A sample without its text, and how that is written. */
export interface SampleWriter extends Omit<CodeSample, 'code'> {
  readonly write: (call: SampleCall) => string
}

/** The body as people write JSON. */
export function prettyBody({ parameters }: SampleCall): string {
  return JSON.stringify(parameters, null, 2)
}

/** The body on one line. */
export function compactBody({ parameters }: SampleCall): string {
  return JSON.stringify(parameters)
}
