/** Opens the rate limits that several nodes share: the connection, Node's timers and a name of its own. */
import { randomUUID } from 'node:crypto'
import {
  SharedLimiter,
  type SharedLimiterOptions,
  type Timers,
} from '../../accounts/shared-limiter.ts'
import type { Secret } from '../../domain/secret.ts'
import { openWindows } from './windows.ts'

/** None of them keeps a process alive. */
const TIMERS: Timers = {
  soon: (action) => void setImmediate(action),
  after: (delayMs, action) => void setTimeout(action, delayMs).unref(),
  every(intervalMs, action) {
    const timer = setInterval(action, intervalMs).unref()
    return () => clearInterval(timer)
  },
}

/** Starts to share; while the store at `url` is away, this node keeps to its share of each limit. */
export async function openSharedLimiter({
  url,
  ...options
}: Pick<SharedLimiterOptions, 'clock' | 'nodesMin' | 'onChange'> & {
  readonly url: Secret
}): Promise<SharedLimiter> {
  const store = await openWindows(url)
  const limiter = new SharedLimiter({ ...options, store, timers: TIMERS, node: randomUUID() })
  limiter.start()
  return limiter
}
