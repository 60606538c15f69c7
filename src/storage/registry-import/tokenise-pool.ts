/** Tokenising on several cores; small files are not worth the start of a thread. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type TokenisedChunk, type TokenisePlan, Tokeniser } from './tokenise.ts'

const WORKERS_MAX = 8
/** Chunks given to a worker beyond the one it works on. */
const WAITING_PER_WORKER = 1
/** Below this a single thread is done before a worker has started. */
const POOLED_BYTES_MIN = 4 * 2 ** 20

/** Something that tokenises chunks, several at a time. */
export interface TokenisePool {
  /** How many chunks to have under way. */
  readonly ahead: number
  tokenise(bytes: Buffer): Promise<TokenisedChunk>
  close(): Promise<void>
}

/** A pool for a file of the given size. */
export function openPool(plan: TokenisePlan, csvBytes: number): TokenisePool {
  if (csvBytes >= POOLED_BYTES_MIN) return new WorkerPool(plan)
  const tokeniser = new Tokeniser(plan)
  return { ahead: 1, tokenise: async (bytes) => tokeniser.run(bytes), close: async () => {} }
}

class WorkerPool implements TokenisePool {
  readonly ahead: number
  readonly #hands: readonly Hand[]
  #next = 0

  constructor(plan: TokenisePlan) {
    const count = Math.min(WORKERS_MAX, availableParallelism())
    this.#hands = Array.from({ length: count }, () => new Hand(plan))
    this.ahead = count * (1 + WAITING_PER_WORKER)
  }

  tokenise(bytes: Buffer): Promise<TokenisedChunk> {
    const hand = this.#hands[this.#next++ % this.#hands.length]
    if (!hand) throw new Error('a pool has at least one worker')
    return hand.tokenise(bytes)
  }

  async close(): Promise<void> {
    await Promise.all(this.#hands.map((hand) => hand.close()))
  }
}

interface Waiting {
  resolve(chunk: TokenisedChunk): void
  reject(error: unknown): void
}

/** One worker; it answers in the order it was asked. */
class Hand {
  readonly #worker: Worker
  readonly #waiting: Waiting[] = []

  constructor(plan: TokenisePlan) {
    this.#worker = new Worker(new URL('./tokenise-worker.ts', import.meta.url), {
      workerData: plan,
    })
    this.#worker.on('message', (chunk: TokenisedChunk) => this.#waiting.shift()?.resolve(chunk))
    this.#worker.on('error', (error) => {
      for (const waiting of this.#waiting.splice(0)) waiting.reject(error)
    })
  }

  tokenise(bytes: Buffer): Promise<TokenisedChunk> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#worker.postMessage(bytes, [bytes.buffer as ArrayBuffer])
    })
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
