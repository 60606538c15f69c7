/** One place where the failures of either engine get a `StorageError`. */
import { translatedPostgres } from './postgres/storage-error.ts'
import { translatedSqlite } from './sqlite/storage-error.ts'

/** Runs an action on a store; `path` is where its data are, for the operator. */
export async function translatingStorage<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw translatedSqlite(path, translatedPostgres(error))
  }
}
