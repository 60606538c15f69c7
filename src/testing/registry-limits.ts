/** Variables under which the register's attempt limits count and stop nobody, for loads and proofs. */
import { VARIABLES } from '../config/env.ts'

const RAISED = [
  VARIABLES.registryAccountCardTuples,
  VARIABLES.registryCardTuples,
  VARIABLES.registryIdNumberTuples,
  VARIABLES.registryMobileTuples,
  VARIABLES.registryElementCalls,
  VARIABLES.registryRepeatCalls,
]

export const RAISED_REGISTRY_LIMITS: Readonly<Record<string, string>> = Object.fromEntries(
  RAISED.map(({ name, max }) => [name, String(max)]),
)
