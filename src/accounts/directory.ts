/**
 * Every usable key in memory, found by the credential a request carries.
 *
 * A plain map: one look-up costs some tens of nanoseconds and no digest, and an unknown credential
 * never reaches the store. What another process changes, and the end of a key that was replaced, is
 * seen at the next `refresh`.
 */
import type { Clock } from '../domain/clock.ts'
import type { Key, KeyKind } from '../domain/key.ts'
import type { KeyDirectory, KeySource } from './store.ts'

type ByCredential = Map<string, Key>

export class MemoryKeyDirectory implements KeyDirectory {
  readonly #source: KeySource
  readonly #clock: Pick<Clock, 'nowMs'>
  #revision: number | undefined
  /** When the next of the keys in memory has been replaced. */
  #retirementMs = Number.POSITIVE_INFINITY
  #keys: Readonly<Record<KeyKind, ByCredential>> = emptyMaps()
  #refreshing: Promise<void> | undefined

  /** Holds no keys until the first `refresh`. */
  constructor(source: KeySource, clock: Pick<Clock, 'nowMs'>) {
    this.#source = source
    this.#clock = clock
  }

  find(kind: KeyKind, credential: string): Key | undefined {
    return this.#keys[kind].get(credential)
  }

  /** Loads the keys anew when they changed; meant to be called about once a second. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  async #refresh(): Promise<void> {
    const revision = await this.#source.keysRevision()
    const nowMs = this.#clock.nowMs()
    if (revision === this.#revision && nowMs < this.#retirementMs) return
    const keys = emptyMaps()
    let retirementMs = Number.POSITIVE_INFINITY
    for (const { credential, key, retiresAtMs } of await this.#source.usableKeys()) {
      if (retiresAtMs !== undefined) {
        if (retiresAtMs <= nowMs) continue
        retirementMs = Math.min(retirementMs, retiresAtMs)
      }
      keys[key.kind].set(credential, key)
    }
    this.#keys = keys
    this.#retirementMs = retirementMs
    this.#revision = revision
  }
}

function emptyMaps(): Record<KeyKind, ByCredential> {
  return { tencent: new Map(), appcode: new Map(), appkey: new Map(), direct: new Map() }
}
