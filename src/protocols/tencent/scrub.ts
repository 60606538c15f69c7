/** Keeps elements that were sent in the wrong place out of refusals, hence out of replies and logs. */
import type { Fault } from '../../domain/fault.ts'

const NAME = /^[\w.[\]/+-]{1,64}$/
/** No name, version or media type has so many digits in a row, and every number of a person has. */
const LONG_NUMBER = /\d{6}/

/** A caller's spelling of a name, or a question mark where it might be an element. */
export function quotable(text: string): string {
  return NAME.test(text) && !LONG_NUMBER.test(text) ? text : '?'
}

/** A refusal that may leave the folder. */
export function scrubbed(fault: Fault): Fault {
  const { field, reason } = fault
  if (field === undefined && reason === undefined) return fault
  return {
    ...fault,
    ...(field === undefined ? {} : { field: quotable(field) }),
    ...(reason === undefined ? {} : { reason: quotable(reason) }),
  }
}
