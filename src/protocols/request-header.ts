/** One header of a request, for what asks for few of them by name. */
import type { WireRequest } from './protocol.ts'

/** Value of the first header of a name, which is given in lower case. */
export function headerOf(
  { rawHeaders }: Pick<WireRequest, 'rawHeaders'>,
  lowerName: string,
): string | undefined {
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    // The length tells most headers apart, so that only a likely one is lower-cased.
    if (name.length === lowerName.length && name.toLowerCase() === lowerName) {
      return rawHeaders[i + 1]
    }
  }
  return undefined
}
