/** The thread of `run.ts`: opens the installation for itself, does one task, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { ChargeRules } from '../../billing/charge-rules.ts'
import { Secret } from '../../domain/secret.ts'
import type { ChargeTable } from '../../protocols/charge-table.ts'
import { RegistryError } from '../records/registry-error.ts'
import { type ImportReport, importRegistry } from '../registry-import/import.ts'
import { readUnknowns } from '../sql/attempts.ts'
import { readChargeRevisions } from '../sql/charge-rules.ts'
import { lastSeal } from '../sql/seals.ts'
import { openStorage, type Storage } from '../storage.ts'
import type { BesideMessage, BesideOrder, LedgerProof } from './task.ts'

const US_A_MS = 1_000

const order = workerData as BesideOrder
const stop = new AbortController()
// Whoever asked for the task sends one word only: to stop.
parentPort?.once('message', () => stop.abort())

function say(message: BesideMessage): void {
  parentPort?.postMessage(message)
}

async function work(): Promise<void> {
  const { place, nowMs } = order
  const { databaseUrl, registryDir: _, ...rest } = place
  const storage = await openStorage({
    ...rest,
    ...(databaseUrl !== undefined && { databaseUrl: new Secret(databaseUrl) }),
    nowMs,
    readOnly: true,
  })
  try {
    const { task } = order
    const result =
      task.kind === 'import'
        ? await importFile(storage, task.csvPath)
        : await prove(storage, task.chargeTables)
    say({ kind: 'done', result })
  } finally {
    await storage.close()
  }
}

function importFile({ keyring }: Storage, csvPath: string): Promise<ImportReport> {
  return importRegistry({
    csvPath,
    directory: order.place.registryDir,
    keyring,
    clock: { nowMs: () => Date.now(), monotonicUs: () => performance.now() * US_A_MS },
    signal: stop.signal,
    onProgress: (progress) => say({ kind: 'progress', progress }),
  })
}

async function prove(storage: Storage, tables: readonly ChargeTable[]): Promise<LedgerProof> {
  const { queries } = storage.engine
  const rules = new ChargeRules(tables, await readChargeRevisions(queries))
  const checks = await storage.verifyLedger({
    // Every charge is judged by the version it names.
    billable: (api, _product, result, version) => rules.costs(api, result, version),
    nowMs: order.nowMs,
  })
  return { checks, seal: await lastSeal(queries), unknowns: await readUnknowns(queries) }
}

work()
  .catch((error: unknown) => {
    if (error instanceof RegistryError) {
      say({ kind: 'refused', code: error.code, detail: error.detail })
    } else say({ kind: 'failed', message: String(error) })
  })
  .finally(() => parentPort?.close())
