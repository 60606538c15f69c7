/** Random refusals that a team switches on to see how its client takes them; test keys only. */
import { FAULT_NAMES, type FaultName } from '../domain/fault.ts'

export interface Chaos {
  readonly fault: FaultName
  /** Share of the calls that are refused, above 0 and up to 1. */
  readonly probability: number
}

/** Chaos as it rests in the store. */
export function chaosText({ fault, probability }: Chaos): string {
  return `${fault} ${probability}`
}

/** Reads what `chaosText` wrote; anything else is no chaos. */
export function chaosOf(text: string): Chaos | undefined {
  const [name, share = ''] = text.split(' ')
  const fault = FAULT_NAMES.find((known) => known === name)
  const probability = probabilityOf(share)
  return fault === undefined || probability === undefined ? undefined : { fault, probability }
}

/** A share as people write it; undefined for what is none. */
export function probabilityOf(text: string): number | undefined {
  const probability = /^(?:0?\.\d{1,6}|[01](?:\.\d{1,6})?)$/.test(text) ? Number(text) : 0
  return probability > 0 && probability <= 1 ? probability : undefined
}
