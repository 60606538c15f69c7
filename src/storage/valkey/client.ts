/** The connection to Valkey or Redis. The driver is an optional package: the only file that loads it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { Secret } from '../../domain/secret.ts'
import { StorageError } from '../storage-error.ts'

const CONNECT_TIMEOUT_MS = 2_000
/** A connection on which nothing comes any more is made anew; something is asked ten times a second. */
const SILENCE_MS_MAX = 2_000
const RECONNECT_PAUSE_MS = 200
/** A start or an end waits no longer for a server that says nothing. */
const PATIENCE_MS = 250

/** The part of the driver that is used. */
export interface ValkeyClient {
  /** Runs a script, by its digest where the server knows it; rejects at once when not connected. */
  run(keys: readonly string[], args: readonly string[]): Promise<unknown>
  /** Removes a member of sorted sets, if the server can be reached. */
  removeMember(keys: readonly string[], member: string): Promise<void>
  /** Hears of each loss of the connection. */
  onLost(listener: () => void): void
  close(): void
}

interface Scripted extends Redis {
  exchange(keyCount: number, ...keysAndArgs: string[]): Promise<unknown>
}

/**
 * Connects to `url` (`redis`, `rediss`, `valkey` or `valkeys`, the second of each over TLS), and
 * connects again for as long as it takes; does not wait for more than a moment.
 */
export async function connectValkey(url: Secret, script: string): Promise<ValkeyClient> {
  const { Redis } = await loadDriver()
  // The driver knows the protocol by its older name.
  const redis = new Redis(url.reveal().replace(/^valkey/, 'redis'), {
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS_MAX,
    retryStrategy: () => RECONNECT_PAUSE_MS,
    // What could not be asked in time must not be asked late.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectionName: 'kayan',
    scripts: { exchange: { lua: script } },
  }) as Scripted
  // Each loss is heard as the end of its connection.
  redis.on('error', () => {})
  await patiently(redis.connect())
  return {
    run: (keys, args) => redis.exchange(keys.length, ...keys, ...args),
    async removeMember(keys, member) {
      const pipeline = redis.pipeline()
      for (const key of keys) pipeline.zrem(key, member)
      await patiently(pipeline.exec())
    },
    onLost: (listener) => {
      redis.on('close', listener)
    },
    close: () => redis.disconnect(),
  }
}

/** Settles with an attempt, whether it succeeds or not, or when patience ends. */
async function patiently(attempt: Promise<unknown>): Promise<void> {
  await Promise.race([attempt.catch(() => {}), sleep(PATIENCE_MS)])
}

async function loadDriver() {
  try {
    return await import('ioredis')
  } catch (error) {
    throw new StorageError('driver_missing', 'npm install ioredis', error)
  }
}
