/** The charge tables of all faces, as a command needs them to judge or change what is charged. */
import { ChargeRules } from '../billing/charge-rules.ts'
import { createAliyun } from '../protocols/aliyun/index.ts'
import type { ChargeTable } from '../protocols/charge-table.ts'
import { createTencent } from '../protocols/tencent/index.ts'
import { readChargeRevisions } from '../storage/sql/charge-rules.ts'
import type { SqlEngine } from '../storage/sql/engine.ts'

/** The first versions: no option of a face changes what it charges for. */
export function chargeTables(): readonly ChargeTable[] {
  return [createTencent({}), createAliyun({})].flatMap(({ charges }) => charges)
}

/** The rules with all versions of a store. */
export async function chargeRulesOf({ queries }: SqlEngine): Promise<ChargeRules> {
  return new ChargeRules(chargeTables(), await readChargeRevisions(queries))
}
