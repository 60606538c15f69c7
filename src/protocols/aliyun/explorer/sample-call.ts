/** What a sample program is written from. */
import type { CodeSample } from '../../explorer.ts'
import type { Held } from '../../held.ts'
import { shellLiteral } from '../../literals.ts'

export interface SampleCall {
  /** `http://host:port` */
  readonly origin: string
  readonly path: string
  /** AppKey; empty of an AppCode. */
  readonly appKey: string
  /** AppCode or AppSecret. */
  readonly secret: Held
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** A sample without its text, and how that is written. */
export interface SampleWriter extends Omit<CodeSample, 'code'> {
  readonly write: (call: SampleCall) => string
}

/** One line a parameter, each written by `line`. */
export function eachParameter(
  { parameters }: SampleCall,
  line: (name: string, value: string) => string,
): string {
  return parameters.map(([name, value]) => line(name, value)).join('\n')
}

/** The parameters as arguments of curl, one line each. */
export function shellParameters({ parameters }: SampleCall): string {
  return parameters
    .map(([name, value]) => `  --data-urlencode ${shellLiteral(`${name}=${value}`)}`)
    .join(' \\\n')
}
