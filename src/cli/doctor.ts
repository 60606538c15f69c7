/** `kayan doctor`: looks at everything the service needs and says in one line each how it is. */
import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import type { Command } from 'commander'
import { type Config, ConfigError } from '../config/config.ts'
import { unknownVariables } from '../config/env.ts'
import { openKeyFile } from '../storage/key-file.ts'
import { newestAuditMs } from '../storage/sql/audit.ts'
import { databasePath } from '../storage/sqlite/database.ts'
import { keyFingerprint, openStore, type Store } from '../storage/storage.ts'
import { translatingStorage } from '../storage/translating.ts'
import type { Context } from './context.ts'
import { explain } from './explain.ts'
import { judgeNode, SECURITY_FLOOR } from './node-version.ts'
import { beijingTime, jsonOption } from './options.ts'

type Status = 'ok' | 'warn' | 'fail'

interface Finding {
  readonly status: Status
  readonly text: string
}

const GIBIBYTE = 2 ** 30
const FREE_BYTES_LOW = GIBIBYTE
/** Calls written by another node, or a clock that was a little fast, are no reason to worry. */
const CLOCK_SLACK_MS = 60_000

/** Adds the command's options and action. */
export function define(command: Command, context: Context): void {
  command
    .description(context.locale.doctor.description)
    .addOption(jsonOption(context))
    .action((options) => doctor(context, options))
}

async function doctor(context: Context, options: { json?: true }): Promise<void> {
  const findings = await examine(context)
  if (findings.some(({ status }) => status === 'fail')) context.exitCode = 1
  if (options.json) {
    context.out(JSON.stringify(findings))
    return
  }
  for (const { status, text } of findings) {
    context.out(`${context.locale.doctor.status[status]}  ${text}`)
  }
}

async function examine(context: Context): Promise<Finding[]> {
  const findings: Finding[] = []
  const config = settings(context, findings)
  findings.unshift(node(context, config?.mode === 'production'))
  if (!config) return findings
  findings.push(dataDirectory(context, config))
  findings.push(...(await storeFindings(context, config)))
  findings.push(await port(context, config))
  return findings
}

function node(context: Context, production: boolean): Finding {
  const texts = context.locale.doctor
  const version = process.versions.node
  switch (judgeNode(version)) {
    case 'unsupported':
      return { status: 'fail', text: texts.nodeUnsupported(version) }
    case 'unpatched': {
      const floor = SECURITY_FLOOR.versions[version.startsWith('24.') ? 24 : 26]
      const text = texts.nodeUnpatched(version, floor, SECURITY_FLOOR.cve)
      return { status: production ? 'fail' : 'warn', text }
    }
    case 'ok':
      return { status: 'ok', text: texts.node(version) }
  }
}

function settings(context: Context, findings: Finding[]): Config | undefined {
  const texts = context.locale.doctor
  try {
    const config = context.config()
    const unknown = unknownVariables(context.environment())
    findings.push(
      unknown.length === 0
        ? { status: 'ok', text: texts.config }
        : { status: 'warn', text: texts.unknownVariables(unknown.join(' ')) },
    )
    return config
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    findings.push(failure(context, error))
    return undefined
  }
}

function dataDirectory(context: Context, config: Config): Finding {
  const texts = context.locale.doctor
  const { dataDir } = config.store
  const present = existsSync(dataDir)
  const nearest = present ? dataDir : nearestExisting(dataDir)
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK)
  } catch {
    return { status: 'fail', text: texts.dataDirUnwritable(nearest) }
  }
  if (!present) return { status: 'ok', text: texts.dataDirMissing(dataDir) }
  const disk = statfsSync(nearest)
  const freeBytes = disk.bavail * disk.bsize
  const free = `${(freeBytes / GIBIBYTE).toFixed(1)} GiB`
  return freeBytes < FREE_BYTES_LOW
    ? { status: 'warn', text: texts.spaceLow(dataDir, free) }
    : { status: 'ok', text: texts.dataDir(dataDir, free) }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

/** Key file, database, ledger and clock; each needs the one before. */
async function storeFindings(context: Context, config: Config): Promise<Finding[]> {
  const texts = context.locale.doctor
  const { dataDir, keyFile, databaseUrl } = config.store
  if (databaseUrl === undefined && !existsSync(databasePath(dataDir))) {
    const status = 'ok'
    const key = existsSync(keyFile) ? texts.keyFile(keyFile) : texts.keyFileMissing(keyFile)
    return [
      { status, text: key },
      { status, text: texts.databaseMissing },
    ]
  }
  try {
    return await translatingStorage(dataDir, () => withStore(context, config))
  } catch (error) {
    return [failure(context, error)]
  }
}

async function withStore(context: Context, config: Config): Promise<Finding[]> {
  const store = await openStore(config.store, { readOnly: true })
  try {
    return [
      await keyOf(context, config, store),
      await integrity(context, store),
      await ledger(context, store),
      await clock(context, store),
    ]
  } finally {
    await store.close()
  }
}

/** An installation that was begun and never finished has no fingerprint, and nothing to lose. */
async function keyOf(context: Context, config: Config, { engine }: Store): Promise<Finding> {
  const texts = context.locale.doctor
  const path = config.store.keyFile
  const fingerprint = await keyFingerprint(engine)
  if (fingerprint === undefined) return { status: 'ok', text: texts.keyFileMissing(path) }
  try {
    const production = config.mode === 'production'
    const opened = openKeyFile({ path, fingerprint, production, nowMs: context.nowMs() })
    return opened.permissive
      ? { status: 'warn', text: context.locale.serve.keyFilePermissive(path) }
      : { status: 'ok', text: texts.keyFile(path) }
  } catch (error) {
    return failure(context, error)
  }
}

async function integrity(context: Context, store: Store): Promise<Finding> {
  const texts = context.locale.doctor
  const { version, damage } = await store.examine()
  return damage === undefined
    ? { status: 'ok', text: texts.database(store.engine.name, String(version)) }
    : { status: 'fail', text: texts.databaseBroken(damage) }
}

async function ledger(context: Context, store: Store): Promise<Finding> {
  const texts = context.locale.doctor
  try {
    const checks = await store.verifyLedger({ nowMs: context.nowMs() })
    const broken = checks.filter(({ ok }) => !ok)
    if (broken.length === 0) return { status: 'ok', text: texts.ledger }
    return { status: 'fail', text: texts.ledgerBroken(broken.map(({ id }) => id).join(' ')) }
  } catch (error) {
    return failure(context, error)
  }
}

async function clock(context: Context, { engine }: Store): Promise<Finding> {
  const texts = context.locale.doctor
  const nowMs = context.nowMs()
  const newest = await newestAuditMs(engine.queries)
  return nowMs + CLOCK_SLACK_MS < newest
    ? { status: 'fail', text: texts.clockWrong(beijingTime(nowMs)) }
    : { status: 'ok', text: texts.clock }
}

function port(context: Context, config: Config): Promise<Finding> {
  const texts = context.locale.doctor
  const { host, port: number } = config.listen
  const address = `${host}:${number}`
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === 'EADDRINUSE'
          ? { status: 'warn', text: texts.portBusy(address) }
          : { status: 'fail', text: texts.portRefused(address, error.code ?? '') },
      )
    })
    probe.listen(number, host, () => {
      probe.close(() => resolve({ status: 'ok', text: texts.port(address) }))
    })
  })
}

function failure(context: Context, error: unknown): Finding {
  const text = explain(error, context.locale)
  if (text === undefined) throw error
  return { status: 'fail', text }
}
