/** Clears calls of what is not kept for ever; the rows stay, for they prove their charges. */
import type { Session } from './session.ts'

const CHUNK_CALLS = 2_000
/** In one go, so that the other work of a node has its turn. */
const CHUNKS_MAX = 20

/** How far it has come is kept, or each go would look through all that was cleared before. */
const MARK = 'calls_forgotten_ms'

/**
 * One chunk of what is older than `$1`. Two nodes at it wait for each other's rows, so that the mark
 * never passes a call that is not cleared.
 */
const FORGET_CALLS = `WITH old AS (
    SELECT serial, account_id, at_ms FROM call
    WHERE at_ms >= coalesce((SELECT value::bigint FROM meta WHERE name = '${MARK}'), 0)
      AND at_ms < $1
      AND (answer <> '' OR client IS NOT NULL OR element_index IS NOT NULL)
    ORDER BY at_ms, serial LIMIT ${CHUNK_CALLS} FOR UPDATE
  ), cleared AS (
    UPDATE call SET answer = '', client = NULL, element_index = NULL
    FROM old WHERE call.serial = old.serial AND call.account_id = old.account_id
  ), found AS (
    SELECT count(*) AS calls, max(at_ms) AS newest_ms FROM old
  ), marked AS (
    INSERT INTO meta (name, value)
    SELECT '${MARK}', newest_ms::text FROM found WHERE calls > 0
    ON CONFLICT (name) DO UPDATE
      SET value = greatest(meta.value::bigint, excluded.value::bigint)::text
  )
  SELECT calls FROM found`

/** Clears calls before a moment, as many as one go may. */
export async function forgetCalls(session: Session, beforeMs: number): Promise<void> {
  for (let chunk = 0; chunk < CHUNKS_MAX; chunk++) {
    const query = { name: 'forget calls', text: FORGET_CALLS, values: [beforeMs] }
    const [reply] = await session.all([query])
    if (Number(reply?.rows[0]?.calls ?? 0) < CHUNK_CALLS) return
  }
}
