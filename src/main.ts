/**
 * The composition root: configuration → storage → sources → gateway → listener. Nothing below it
 * asks the clock or ends the process; everything below it is given what it needs.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { MemoryKeyDirectory } from './accounts/directory.ts'
import { Limiter } from './accounts/limiter.ts'
import { SandboxDirectory } from './accounts/sandbox-directory.ts'
import { KeySealer } from './accounts/seal.ts'
import { REPEAT_KEPT_MS, Repeats } from './billing/repeats.ts'
import type { Config } from './config/config.ts'
import { CallNaming } from './domain/call-names.ts'
import type { Clock } from './domain/clock.ts'
import { ElementTokens } from './domain/element-token.ts'
import { deriveTokenKeys, Tokens } from './domain/token.ts'
import { createPipeline } from './gateway/pipeline.ts'
import { Events } from './observe/events.ts'
import { createLog } from './observe/log.ts'
import { createAliyun } from './protocols/aliyun/index.ts'
import { createTencent } from './protocols/tencent/index.ts'
import { createHandler } from './server/front-door.ts'
import { type HttpServer, listen } from './server/http.ts'
import { LoopLag } from './server/loop-lag.ts'
import { createMetrics } from './server/metrics.ts'
import { createRegistry } from './sources/registry.ts'
import { createSandbox } from './sources/sandbox.ts'
import { openRegistry } from './storage/records/record-store.ts'
import { SqliteAccounts } from './storage/sqlite/accounts.ts'
import { openInstallation } from './storage/sqlite/installation.ts'
import { openMeter } from './storage/sqlite/meter.ts'
import { readChaos } from './storage/sqlite/sandbox-chaos.ts'
import { seedSandbox } from './storage/sqlite/sandbox-seed.ts'

/** Name of the registry's directory inside the data directory. */
export const REGISTRY_DIRECTORY = 'registry'

const REFRESH_INTERVAL_MS = 500

/** A service that is answering. */
export interface Running {
  /** `http://HOST:PORT` as bound. */
  readonly url: string
  /** The key file was made just now: the operator should be told to back it up. */
  readonly keyFileCreated: boolean
  /** Other users of the machine can read the key file. */
  readonly keyFilePermissive: boolean
  /** Drains: not ready, wait, no new connections, finish what is under way, flush, close. */
  stop(signal: string): Promise<void>
  /** Settles when the store can no longer say what it holds; nothing is answered any more. */
  readonly broken: Promise<Error>
}

/** The real clock. */
export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  monotonicUs: () => performance.now() * 1_000,
}

/** Starts the service a configuration describes. */
export async function start(config: Config, clock: Clock = SYSTEM_CLOCK): Promise<Running> {
  const events = new Events(createLog(config.logLevel))
  const { dataDir, keyFile } = config.store
  const production = config.mode === 'production'
  const nowMs = clock.nowMs()
  const { database, keyring, keyFileCreated, keyFilePermissive } = openInstallation({
    dataDir,
    keyFile,
    production,
    nowMs,
  })
  const accounts = new SqliteAccounts(database, new KeySealer(keyring))
  if (!production) {
    seedSandbox(database, accounts, { ratePerSecond: config.limits.ratePerSecond, nowMs })
  }

  let listener: HttpServer | undefined
  const broken = Promise.withResolvers<Error>()
  const onFatal = (error: Error) => {
    events.commitUnknown(error)
    listener?.destroy()
    broken.resolve(error)
  }
  const meter = await openMeter({ dataDir, clock, onFatal })
  const repeats = new Repeats(meter, meter.recentAnswers(nowMs - REPEAT_KEPT_MS))
  const keys = new MemoryKeyDirectory(accounts)
  let chaos = production ? undefined : readChaos(database)
  const registry = openRegistry(join(dataDir, REGISTRY_DIRECTORY), keyring)
  const naming = new CallNaming(keyring)
  const tokens = new ElementTokens(keyring)

  const pipeline = createPipeline({
    clock,
    nameCall: (atMs) => naming.name(meter.serials.next(), atMs),
    keys: production
      ? keys
      : new SandboxDirectory(keys, { chaos: () => chaos, random: Math.random }),
    limiter: new Limiter(),
    repeats,
    meter,
    sources: {
      test: createSandbox((durationMs) => sleep(durationMs)),
      live: createRegistry(registry, new Tokens(deriveTokenKeys(keyring))),
    },
    precheck: { test: 'format', live: config.verification.precheck },
    elementToken: (accountId, product, elements) => tokens.of(accountId, product, elements),
    inFlightMax: config.limits.inFlightMax,
    events,
  })

  const lag = new LoopLag(clock)
  let draining = false
  const vital = () => ({ draining, storeWritable: meter.health().writable, loopLagMs: lag.ms })
  const handle = createHandler({
    protocols: [createTencent(config.tencent), createAliyun(config.aliyun)],
    pipeline,
    vital,
    metrics: createMetrics({ events, store: () => meter.counters() }),
    delivered: (serial, delivered) => repeats.delivered(serial, delivered),
  })
  const refresher = setInterval(() => {
    keys.refresh()
    registry.refresh()
    if (!production) chaos = readChaos(database)
  }, REFRESH_INTERVAL_MS)
  listener = await listen({ ...config.listen, limits: config.limits }, handle)
  events.ready(listener.url)

  return {
    url: listener.url,
    keyFileCreated,
    keyFilePermissive,
    broken: broken.promise,
    async stop(signal) {
      events.draining(signal)
      draining = true
      await sleep(config.drain.waitMs)
      await listener.drain(config.drain.limitMs)
      clearInterval(refresher)
      lag.stop()
      await meter.close()
      registry.close()
      database.close()
      events.stopped()
    },
  }
}
