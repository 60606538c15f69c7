/** Opens the installation for the length of one command. */
import { userInfo } from 'node:os'
import { KeySealer } from '../accounts/seal.ts'
import type { Deed } from '../accounts/store.ts'
import { SqliteAccounts } from '../storage/sqlite/accounts.ts'
import { type Installation, openInstallation } from '../storage/sqlite/installation.ts'
import { translating } from '../storage/sqlite/storage-error.ts'
import type { Context } from './context.ts'

/** `read` neither creates nor changes anything; `write` creates what is missing. */
export type Access = 'read' | 'write'

/** Opens, lets the action work, and closes in every case. */
export async function withInstallation<T>(
  context: Context,
  access: Access,
  action: (installation: Installation) => T | Promise<T>,
): Promise<T> {
  const { store, mode } = context.config()
  const installation = openInstallation({
    dataDir: store.dataDir,
    keyFile: store.keyFile,
    production: mode === 'production',
    nowMs: context.nowMs(),
    readOnly: access === 'read',
  })
  try {
    warnOfKeyFile(context, installation, store.keyFile)
    return await action(installation)
  } catch (error) {
    return translating(store.dataDir, () => {
      throw error
    })
  } finally {
    installation.database.close()
  }
}

/** The same for commands on accounts and keys, whose work is synchronous. */
export function withAccounts<T>(
  context: Context,
  access: Access,
  action: (accounts: SqliteAccounts) => T,
): Promise<T> {
  return withInstallation(context, access, ({ database, keyring }) =>
    action(new SqliteAccounts(database, new KeySealer(keyring))),
  )
}

/** What the operator should know of the key file. */
export function warnOfKeyFile(
  context: Context,
  installation: Pick<Installation, 'keyFileCreated' | 'keyFilePermissive'>,
  path: string,
): void {
  const texts = context.locale.serve
  if (installation.keyFileCreated) context.err(texts.keyFileCreated(path))
  if (installation.keyFilePermissive) context.err(texts.keyFilePermissive(path))
}

/** Who changes something at the command line, and when. */
export function deedOf(context: Context): Deed {
  return { actor: `cli:${userInfo().username}`, atMs: context.nowMs() }
}
