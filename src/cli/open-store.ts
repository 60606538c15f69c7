/** Opens the installation for the length of one command. */
import { userInfo } from 'node:os'
import type { Deed } from '../accounts/store.ts'
import { openStorage, type Storage } from '../storage/storage.ts'
import { translatingStorage } from '../storage/translating.ts'
import type { Context } from './context.ts'

/** `read` neither creates nor changes anything; `write` creates what is missing. */
export type Access = 'read' | 'write'

/** Opens, lets the action work, and closes in every case. */
export async function withStorage<T>(
  context: Context,
  access: Access,
  action: (storage: Storage) => T | Promise<T>,
): Promise<T> {
  const { store, mode } = context.config()
  return translatingStorage(store.dataDir, async () => {
    const storage = await openStorage({
      ...store,
      production: mode === 'production',
      nowMs: context.nowMs(),
      readOnly: access === 'read',
    })
    try {
      warnOfKeyFile(context, storage, store.keyFile)
      return await action(storage)
    } finally {
      await storage.close()
    }
  })
}

/** What the operator should know of the key file. */
export function warnOfKeyFile(
  context: Context,
  storage: Pick<Storage, 'keyFileCreated' | 'keyFilePermissive'>,
  path: string,
): void {
  const texts = context.locale.serve
  if (storage.keyFileCreated) context.err(texts.keyFileCreated(path))
  if (storage.keyFilePermissive) context.err(texts.keyFilePermissive(path))
}

/** Who changes something at the command line, and when. */
export function deedOf(context: Context): Deed {
  return { actor: `cli:${userInfo().username}`, atMs: context.nowMs() }
}
