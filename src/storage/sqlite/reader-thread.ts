/** The thread of `reader.ts`: answers one question after another, on connections that only read. */
import { parentPort, workerData } from 'node:worker_threads'
import { type Database, databasePath, openDatabase } from './database.ts'
import type { ReaderAnswer, ReaderQuestion } from './reader-messages.ts'
import { storageErrorCode, translating } from './storage-error.ts'

const dataDir = workerData as string
const connections: Database[] = []

function answer({ connection, sql, parameters }: ReaderQuestion): ReaderAnswer {
  try {
    connections[connection] ??= openDatabase(dataDir, { readOnly: true })
    const database = connections[connection]
    const rows = translating(databasePath(dataDir), () =>
      database.prepare(sql).all(...(parameters as never[])),
    )
    return { rows }
  } catch (error) {
    const { message } = error as Error
    return { code: storageErrorCode(error), message }
  }
}

parentPort?.on('message', (question: ReaderQuestion) => {
  parentPort?.postMessage(answer(question))
})
