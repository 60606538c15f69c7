/**
 * Proves what one pass over the entries cannot: cost rows (V9), the seals (V10) and the statements (V11).
 */
import { type CheckResult, Findings } from '../../billing/findings.ts'
import { NO_SEAL, type Seal, SealDigest, sealSigned } from '../../billing/seal.ts'
import type { LedgerAudit, VerifyOptions } from '../../billing/verify.ts'
import { checkStatements } from '../../billing/verify-statements.ts'
import { beijingDay } from '../../domain/beijing.ts'
import { checkAttempts } from './attempts.ts'
import type { Queries } from './engine.ts'
import { readAuditRows, readEntryRows } from './seal-rows.ts'
import { sealFrom } from './seals.ts'
import { readDayTotals } from './statements.ts'

const PAGE_SEALS = 500
const PAGE_ROWS = 500

/** The three checks, in the snapshot in which `audit` has seen every entry. */
export async function proveHistory(
  queries: Queries,
  audit: Pick<LedgerAudit, 'trails' | 'lastMs'>,
  options: VerifyOptions,
): Promise<CheckResult[]> {
  const toDay = beijingDay(audit.lastMs)
  const { accountId } = options
  const totals = await readDayTotals(queries, {
    toDay,
    ...(accountId !== undefined && { accountId }),
  })
  return [
    await checkAttempts(queries, options.nowMs),
    await checkSeals(queries, options),
    checkStatements(totals, audit.trails, toDay),
  ]
}

/** V10: every seal follows the one before, is ours, and closes over the rows as they are now. */
async function checkSeals(
  queries: Queries,
  { sealKey, since }: Pick<VerifyOptions, 'sealKey' | 'since'>,
): Promise<CheckResult> {
  const findings = new Findings()
  let last: Pick<Seal, 'number' | 'entries' | 'audit' | 'digest'> = NO_SEAL
  if (since !== undefined) {
    const [known] = await readSeals(queries, since.number - 1, 1)
    if (known?.number !== since.number || known.digest !== since.digest) {
      findings.fail('V10', `seal ${since.number}`)
      return findings.result('V10')
    }
    last = known
  }
  for (;;) {
    const page = await readSeals(queries, last.number, PAGE_SEALS)
    for (const seal of page) {
      if (seal.number !== last.number + 1) findings.fail('V10', `seal ${last.number + 1}`)
      const sound = (await holds(queries, last, seal)) && isOurs(seal, sealKey)
      if (!sound) findings.fail('V10', `seal ${seal.number}`)
      last = seal
    }
    if (page.length < PAGE_SEALS) return findings.result('V10')
  }
}

function isOurs(seal: Seal, key: Uint8Array | undefined): boolean {
  return key === undefined || sealSigned(seal, key)
}

async function readSeals(queries: Queries, after: number, limit: number): Promise<Seal[]> {
  const rows = await queries
    .selectFrom('seal')
    .selectAll()
    .where('number', '>', after)
    .orderBy('number')
    .limit(limit)
    .execute()
  return rows.map(sealFrom)
}

/** Whether the digest of a seal is that of the rows between the one before and its own last. */
async function holds(
  queries: Queries,
  previous: Pick<Seal, 'entries' | 'audit' | 'digest'>,
  seal: Seal,
): Promise<boolean> {
  const digest = new SealDigest(previous.digest, seal)
  const entries = { after: previous.entries.id, upTo: seal.entries.id }
  const audit = { after: previous.audit.id, upTo: seal.audit.id }
  const entryRows = await addRows(digest, entries, (id, max) => readEntryRows(queries, id, max))
  const auditRows = await addRows(digest, audit, (id, max) => readAuditRows(queries, id, max))
  const counted = entryRows === seal.entries.rows && auditRows === seal.audit.rows
  return counted && digest.finish(seal) === seal.digest
}

/** Adds the rows of a range, and counts them. */
async function addRows(
  digest: SealDigest,
  { after, upTo }: { readonly after: number; readonly upTo: number },
  read: (afterId: number, limit: number) => ReturnType<typeof readEntryRows>,
): Promise<number> {
  let count = 0
  for (let last = after; last < upTo; ) {
    const page = await read(last, PAGE_ROWS)
    const rows = page.filter(({ id }) => id <= upTo)
    digest.add(rows.map(({ line }) => line))
    count += rows.length
    if (rows.length < PAGE_ROWS) break
    last = rows.at(-1)?.id ?? upTo
  }
  return count
}
