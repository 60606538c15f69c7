/** Finds what a call has in common with earlier ones, so that it is written and sent only once. */
import type { Lane } from './command.ts'
import { poolKey } from './grant.ts'
import type { CallRow } from './store.ts'

/** What of a call decides its lane; what is missing is empty. */
export type LaneFields = Partial<
  Pick<CallRow, 'accountId' | 'keyId' | 'dailyCap' | 'api' | 'product' | 'mode' | 'source'>
>

/** Lanes that were used, each the same object whenever it is asked for. */
export class Lanes {
  readonly #ofKey = new Map<string, Lane[]>()

  of(row: LaneFields): Lane {
    const keyId = row.keyId ?? ''
    const lanes = this.#ofKey.get(keyId)
    const known = lanes?.find((lane) => isIn(row, lane))
    if (known !== undefined) return known
    const lane = laneOf(row)
    if (lanes === undefined) this.#ofKey.set(keyId, [lane])
    else lanes.push(lane)
    return lane
  }
}

/** A lane of its own for a call. */
export function laneOf(row: LaneFields): Lane {
  const { accountId = '', keyId = '', api = '', source = '' } = row
  const { product = 'card4', mode = 'live', dailyCap = 0 } = row
  const pool = poolKey(accountId, product, mode)
  return { accountId, keyId, api, product, mode, source, pool, dailyCap }
}

function isIn(row: LaneFields, lane: Lane): boolean {
  return (
    (row.product ?? 'card4') === lane.product &&
    (row.api ?? '') === lane.api &&
    (row.mode ?? 'live') === lane.mode &&
    (row.source ?? '') === lane.source &&
    (row.accountId ?? '') === lane.accountId &&
    (row.dailyCap ?? 0) === lane.dailyCap
  )
}
