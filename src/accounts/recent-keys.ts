/** What is remembered for each key and API that called within the last second or so, and no longer. */

const SECOND_US = 1_000_000

/** Two generations by key id: a key that is not seen for a whole one is forgotten. */
export class RecentKeys<T> {
  readonly #keysPerGeneration: number
  #young = new Map<string, Map<string, T>>()
  #old = new Map<string, Map<string, T>>()
  #bornUs = Number.NEGATIVE_INFINITY

  constructor(keysMax: number) {
    this.#keysPerGeneration = Math.max(1, Math.floor(keysMax / 2))
  }

  /** What is known of a key, by API; undefined when there are more keys than can be remembered. */
  find(keyId: string, nowUs: number): Map<string, T> | undefined {
    return this.#young.get(keyId) ?? this.#admit(keyId, nowUs)
  }

  /**
   * A generation lasts at least a second, so whatever is forgotten is older than that. When one fills
   * up sooner, new keys are turned away rather than old ones forgotten.
   */
  #admit(keyId: string, nowUs: number): Map<string, T> | undefined {
    if (this.#young.size >= this.#keysPerGeneration) {
      if (nowUs - this.#bornUs < SECOND_US) return undefined
      this.#old = this.#young
      this.#young = new Map()
      this.#bornUs = nowUs
    }
    const known = this.#old.get(keyId) ?? new Map<string, T>()
    this.#old.delete(keyId)
    this.#young.set(keyId, known)
    return known
  }
}
