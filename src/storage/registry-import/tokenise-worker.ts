/** Worker thread of `tokenise-pool.ts`: chunks in, records out, both handed over without copying. */
import { parentPort, workerData } from 'node:worker_threads'
import { type TokenisePlan, Tokeniser } from './tokenise.ts'

const tokeniser = new Tokeniser(workerData as TokenisePlan)

parentPort?.on('message', (bytes: Uint8Array) => {
  const chunk = tokeniser.run(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const memory = [chunk.cards.buffer, chunk.subjects.buffer] as ArrayBuffer[]
  parentPort?.postMessage(chunk, memory)
})
