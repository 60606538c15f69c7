/**
 * The composition root: configuration → storage → sources → gateway → listener. Nothing below it
 * asks the clock or ends the process; everything below it is given what it needs.
 */
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { MemoryKeyDirectory } from './accounts/directory.ts'
import { Limiter } from './accounts/limiter.ts'
import { ProductionDirectory, SandboxDirectory } from './accounts/sandbox-directory.ts'
import { SANDBOX_KEYS } from './accounts/sandbox-keys.ts'
import { MemoryVault } from './accounts/vault.ts'
import { CurrentChargeRules } from './billing/charge-rules.ts'
import { REPEAT_KEPT_MS, Repeats } from './billing/repeats.ts'
import type { Config } from './config/config.ts'
import { DAY_MS } from './domain/beijing.ts'
import { CallNaming } from './domain/call-names.ts'
import type { Clock } from './domain/clock.ts'
import { ElementIndex } from './domain/element-index.ts'
import { ElementTokens } from './domain/element-token.ts'
import { deriveTokenKeys, Tokens } from './domain/token.ts'
import { ClientAddresses } from './gateway/client-address.ts'
import { createPipeline } from './gateway/pipeline.ts'
import type { RateLimiter } from './gateway/services.ts'
import { Events } from './observe/events.ts'
import { createLog } from './observe/log.ts'
import { VendorEvents } from './observe/vendor-events.ts'
import { ALIYUN_SURGERY } from './protocols/aliyun/doctor/index.ts'
import { ALIYUN_EXPLORER } from './protocols/aliyun/explorer/index.ts'
import { createAliyun } from './protocols/aliyun/index.ts'
import { TENCENT_SURGERY } from './protocols/tencent/doctor/index.ts'
import { TENCENT_EXPLORER } from './protocols/tencent/explorer/index.ts'
import { createTencent } from './protocols/tencent/index.ts'
import { inviteFirstOperator } from './server/admin/first-operator.ts'
import { createAdmin } from './server/admin/index.ts'
import { Certificate } from './server/certificate.ts'
import { createConsole } from './server/console.ts'
import { CurrentChaos } from './server/current-chaos.ts'
import { createHandler } from './server/front-door.ts'
import { readiness } from './server/health.ts'
import { type HttpServer, listen } from './server/http.ts'
import { LiveRoute } from './server/live-route.ts'
import { LoopLag } from './server/loop-lag.ts'
import { createMetrics } from './server/metrics.ts'
import { openOperations } from './server/operations.ts'
import { keepCertificate, startRoutines } from './server/routines.ts'
import { situationOf } from './server/situation.ts'
import { createRegistry } from './sources/registry.ts'
import { createSandbox } from './sources/sandbox.ts'
import { openRegistry } from './storage/records/record-store.ts'
import { readChargeRevisions } from './storage/sql/charge-rules.ts'
import { openStorage } from './storage/storage.ts'
import { translatingStorage } from './storage/translating.ts'
import { openSharedLimiter } from './storage/valkey/shared-limiter.ts'

/** A timer may fire this much late; the rest of a pause is waited turn by turn. */
const TIMER_SLACK_US = 2_000

/** A service that is answering. */
export interface Running {
  /** `http://HOST:PORT` as bound. */
  readonly url: string
  /** Whether `/console` is served, which it is once it was built. */
  readonly hasConsole: boolean
  /** In production, while no operator can log in: where the first one chooses his password. */
  readonly setupPath?: string
  /** The key file was made just now: the operator should be told to back it up. */
  readonly keyFileCreated: boolean
  /** Other users of the machine can read the key file. */
  readonly keyFilePermissive: boolean
  /** Loads what the console's first request would wait for; a service is ready without. */
  prepareConsole(): Promise<void>
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

/** Starts the service a configuration describes; what it opened is closed again when that fails. */
export async function start(config: Config, clock: Clock = SYSTEM_CLOCK): Promise<Running> {
  const closing = new AsyncDisposableStack()
  try {
    return await translatingStorage(config.store.dataDir, () => compose(config, clock, closing))
  } catch (error) {
    await closing.disposeAsync()
    throw error
  }
}

/** Puts the parts together; each leaves on `closing` how it ends, the last first. */
async function compose(
  config: Config,
  clock: Clock,
  closing: AsyncDisposableStack,
): Promise<Running> {
  const log = createLog(config.logLevel)
  const events = new Events(log)
  const vendors = new VendorEvents(log, clock)
  const { registryDir, ...place } = config.store
  const { host, port, tls } = config.listen
  const certificate = tls && new Certificate(tls)
  const production = config.mode === 'production'
  const nowMs = clock.nowMs()
  const storage = await openStorage({ ...place, production, nowMs })
  const { keyring, sandbox } = storage
  closing.defer(() => storage.close())
  if (!production) await sandbox.seed({ ratePerSecond: config.limits.ratePerSecond, nowMs })
  const registry = openRegistry(registryDir, keyring)
  closing.defer(() => registry.close())

  let listener: HttpServer | undefined
  const broken = Promise.withResolvers<Error>()
  const meter = await storage.openMeter({
    clock,
    callRetentionMs: config.callLog.retentionDays * DAY_MS,
    onFatal(error) {
      events.commitUnknown(error)
      listener?.destroy()
      broken.resolve(error)
    },
  })
  closing.defer(() => meter.close())
  const repeats = new Repeats(meter, meter.recentAnswers(nowMs - REPEAT_KEPT_MS), (durationMs) =>
    sleep(durationMs),
  )

  const keys = new MemoryKeyDirectory(storage.keySource, clock)
  const vault = new MemoryVault({ source: storage.decryptKeySource, keyring, clock, pause })
  const protocols = [createTencent(config.tencent), createAliyun(config.aliyun)]
  const chargeTables = protocols.flatMap(({ charges }) => charges)
  const chargeRules = new CurrentChargeRules(chargeTables, () =>
    readChargeRevisions(storage.engine.queries),
  )
  await Promise.all([keys.refresh(), vault.refresh(), chargeRules.refresh()])
  const live = new LiveRoute({
    engine: storage.engine,
    watch: storage.watch,
    book: meter.asking,
    keyring,
    clock,
    registry: createRegistry(registry, new Tokens(deriveTokenKeys(keyring))),
    registryLimits: config.verification.registryLimits,
    ...config.vendors,
    events,
    vendors,
    random: randomBytes,
    chance: Math.random,
  })
  closing.defer(() => live.close())
  await live.start()
  const chaos = new CurrentChaos(() => sandbox.chaos())
  if (!production) await chaos.refresh()
  const naming = new CallNaming(keyring)
  const tokens = new ElementTokens(keyring)
  const index = new ElementIndex(keyring)
  const clients = new ClientAddresses(config.trustedProxies)
  const pipeline = createPipeline({
    clock,
    nameCall: (atMs) => naming.name(meter.serials.next(), atMs),
    keys: production
      ? new ProductionDirectory(keys)
      : new SandboxDirectory(keys, { chaos: () => chaos.now, random: Math.random }),
    limiter: await openLimiter(config, clock, events, closing),
    repeats,
    meter,
    chargeRules,
    sources: {
      test: createSandbox((durationMs) => sleep(durationMs)),
      get live() {
        return live.source
      },
    },
    precheck: { test: 'format', live: config.verification.precheck },
    elementToken: (call) => tokens.of(call),
    elementIndex: (accountId, elements) => index.of(accountId, elements),
    clients,
    vault,
    inFlightMax: config.limits.inFlightMax,
    events,
  })

  const refreshed = [keys, vault, chargeRules, live, registry, ...(production ? [] : [chaos])]
  const { webhooks } = config
  startRoutines({ storage, refreshed, live, webhooks, clock, events, vendors }, closing)
  const operations = openOperations({ config, storage, chargeTables, clock, events }, closing)
  const lag = new LoopLag(clock)
  closing.defer(() => lag.stop())

  let draining = false
  const vital = () => ({ draining, loopLagMs: lag.ms, ...meter.health() })
  const situation = situationOf(config.store.dataDir, meter)
  const pages = createConsole()
  const admin = createAdmin({
    explorers: [TENCENT_EXPLORER, ALIYUN_EXPLORER],
    surgeries: [TENCENT_SURGERY, ALIYUN_SURGERY],
    keys: SANDBOX_KEYS,
    clock,
    answer: (request) => handle(request),
    services: {
      ...{ storage, clock, production, clients, registryDir },
      appCodeReveal: config.keys.appCodeReveal,
      invoiceFileBytesMax: config.invoices.fileBytesMax,
      ...config.console,
      chargeTables,
      ...operations,
      chance: Math.random,
      vendorHealth: () => live.health,
      nodeName: config.store.nodeName ?? hostname(),
      guardedBy: () => vendors.counters().guarded,
      jobFailures: () => events.jobFailures,
      health: () => ({ readiness: readiness(vital()), ...vital(), ...situation() }),
    },
    onFailure: (error) => events.failed('admin', '', error),
  })
  const handle = createHandler({
    protocols,
    pipeline,
    vital,
    metrics: createMetrics({
      events,
      clock,
      store: () => meter.counters(),
      vendors: () => ({ ...vendors.counters(), health: live.health }),
    }),
    delivered: (sent, delivered) => repeats.delivered(sent, delivered),
    console: pages,
    admin: admin.answer,
  })
  const setupPath = production ? await inviteFirstOperator(storage.engine, nowMs) : undefined
  listener = await listen({ host, port, limits: config.limits, certificate }, handle)
  if (certificate) keepCertificate(certificate, { listener, events }, closing)
  const { url, drain } = listener
  events.ready(url)

  return {
    url,
    hasConsole: pages !== undefined,
    ...(setupPath !== undefined && { setupPath }),
    keyFileCreated: storage.keyFileCreated,
    keyFilePermissive: storage.keyFilePermissive,
    prepareConsole: () => admin.load(),
    broken: broken.promise,
    async stop(signal) {
      events.draining(signal)
      draining = true
      await sleep(config.drain.waitMs)
      await drain(config.drain.limitMs)
      await closing.disposeAsync()
      events.stopped()
    },
  }
}

/** The limiter of this node, or that of all nodes where they have a place to share its windows. */
async function openLimiter(
  { valkeyUrl: url, limits }: Config,
  clock: Clock,
  events: Events,
  closing: AsyncDisposableStack,
): Promise<RateLimiter> {
  if (url === undefined) return new Limiter()
  const nodesMin = limits.nodes
  const onChange = (shared: boolean) => events.rateLimits(shared)
  const limiter = await openSharedLimiter({ url, clock, nodesMin, onChange })
  closing.defer(() => limiter.close())
  return limiter
}

/** Waits by the real clock, to a fraction of a millisecond. */
async function pause(durationUs: number): Promise<void> {
  const endUs = SYSTEM_CLOCK.monotonicUs() + durationUs
  for (;;) {
    const leftUs = endUs - SYSTEM_CLOCK.monotonicUs()
    if (leftUs <= 0) return
    await (leftUs > TIMER_SLACK_US ? sleep((leftUs - TIMER_SLACK_US) / 1_000) : nextTurn())
  }
}
