/**
 * Every usable key in memory, found by the credential a request carries.
 *
 * A plain map: one look-up costs some tens of nanoseconds and no digest, and an unknown credential
 * never reaches the store. A change made by another process is seen at the next `refresh`.
 */
import type { Key, KeyKind } from '../domain/key.ts'
import type { KeyDirectory, KeySource } from './store.ts'

type ByCredential = Map<string, Key>

export class MemoryKeyDirectory implements KeyDirectory {
  readonly #source: KeySource
  #revision: number | undefined
  #keys: Readonly<Record<KeyKind, ByCredential>> = emptyMaps()

  constructor(source: KeySource) {
    this.#source = source
    this.refresh()
  }

  find(kind: KeyKind, credential: string): Key | undefined {
    return this.#keys[kind].get(credential)
  }

  /** Loads the keys anew when they changed; meant to be called about once a second. */
  refresh(): void {
    const revision = this.#source.keysRevision()
    if (revision === this.#revision) return
    const keys = emptyMaps()
    for (const { credential, key } of this.#source.usableKeys()) {
      keys[key.kind].set(credential, key)
    }
    this.#keys = keys
    this.#revision = revision
  }
}

function emptyMaps(): Record<KeyKind, ByCredential> {
  return { tencent: new Map(), appcode: new Map(), appkey: new Map(), direct: new Map() }
}
