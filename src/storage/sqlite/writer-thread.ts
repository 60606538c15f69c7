/** The thread that owns the only writing connection of the server. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Cutoffs } from '../../billing/disk.ts'
import type { WriterReply, WriterRequest, WriterSettings } from './messages.ts'
import { storageErrorCode } from './storage-error.ts'
import { WriterService } from './writer-service.ts'

const port = parentPort
if (port === null) throw new Error('this module runs on a worker thread')

function post(reply: WriterReply): void {
  port?.postMessage(reply)
}

function start(): void {
  let service: WriterService
  try {
    service = new WriterService(workerData as WriterSettings)
  } catch (error) {
    const code = storageErrorCode(error) ?? 'corrupt'
    post({ type: 'failed', code, message: (error as Error).message })
    port?.close()
    return
  }
  let purging = false
  let closed = false
  const purge = (cutoffs: Cutoffs): void => {
    if (closed) return
    // A chunk a turn, so that batches go between.
    purging = service.purge(cutoffs)
    if (purging) setImmediate(guard, () => purge(cutoffs))
  }
  const serve = (request: WriterRequest): void => {
    post(service.handle(request))
    closed = request.type === 'close'
    if (closed) port?.close()
    if (request.type === 'tick' && request.purge !== undefined && !purging) {
      purge(request.purge)
    }
  }
  port?.on('message', (request: WriterRequest) => guard(() => serve(request)))
  post(service.ready())
}

/** An unknown commit or a broken invariant ends this thread, and with it the server. */
function guard(action: () => void): void {
  try {
    action()
  } catch (error) {
    post({ type: 'fatal', message: describe(error) })
    port?.close()
  }
}

function describe(error: unknown): string {
  const { name, message, cause } = error as Error
  return cause instanceof Error ? `${name}: ${message}: ${cause.message}` : `${name}: ${message}`
}

start()
