/** Work that operators begin and that outlasts a request: uploads, imports, proofs of the ledger. */
import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import type { Clock } from '../domain/clock.ts'
import type { Events } from '../observe/events.ts'
import type { ChargeTable } from '../protocols/charge-table.ts'
import { runBeside } from '../storage/beside/run.ts'
import { appendAudit } from '../storage/sql/audit.ts'
import type { Storage } from '../storage/storage.ts'
import { LedgerProver } from './jobs/ledger-proof.ts'
import { RegistryImport } from './jobs/registry-import.ts'
import { Uploads } from './uploads.ts'

export interface Operations {
  readonly uploads: Uploads
  readonly registryImport: RegistryImport
  readonly ledgerProver: LedgerProver
}

export interface OperationParts {
  readonly config: Config
  readonly storage: Storage
  readonly chargeTables: readonly ChargeTable[]
  readonly clock: Clock
  readonly events: Events
}

/** Makes them ready; what is under way ends when `closing` does. */
export function openOperations(
  { config, storage, chargeTables, clock, events }: OperationParts,
  closing: AsyncDisposableStack,
): Operations {
  const { engine } = storage
  const { dataDir } = config.store
  const place = { ...config.store, production: config.mode === 'production' }
  const uploads = new Uploads(join(dataDir, 'uploads'), {
    bytesMax: config.uploads.bytesMax,
    pieceBytesMax: config.limits.bodyBytesMax,
  })
  const registryImport = new RegistryImport({
    directory: join(dataDir, 'import'),
    clock,
    run: (csvPath, onProgress) =>
      runBeside(place, { kind: 'import', csvPath }, { nowMs: clock.nowMs(), onProgress }),
    onDone: (actor, { rows, rejected }) =>
      appendAudit(engine.queries, {
        actor,
        atMs: clock.nowMs(),
        action: 'registry.import',
        subject: 'registry',
        detail: `${rows} rows, ${rejected} rejected`,
      }),
    onFailure: (error) => events.jobFailed('registry import', error),
  })
  closing.defer(() => registryImport.close())
  const ledgerProver = new LedgerProver({
    engine,
    clock,
    run: () => runBeside(place, { kind: 'prove', chargeTables }, { nowMs: clock.nowMs() }),
    onFailure: (error) => events.jobFailed('ledger proof', error),
  })
  closing.defer(() => ledgerProver.close())
  return { uploads, registryImport, ledgerProver }
}
