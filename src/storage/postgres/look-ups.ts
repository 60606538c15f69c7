/** Asks for repeats of signed requests: one question for all that came up since the last. */
import type { Sighting } from '../../billing/store.ts'
import { bytesArray } from './array-literal.ts'
import { answerFrom, latin1, REPEATED } from './batch.ts'
import type { Connection } from './connection.ts'

const KEYS_MAX = 512

interface Asking {
  readonly repeatKey: string
  readonly resolve: (sighting: Sighting) => void
}

export class LookUps {
  readonly #connection: Connection
  readonly #waiting: Asking[] = []
  #asking = false

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** Never rejects: what cannot be read is not known, and the transaction will find out. */
  find(repeatKey: string): Promise<Sighting> {
    const { promise, resolve } = Promise.withResolvers<Sighting>()
    this.#waiting.push({ repeatKey, resolve })
    if (!this.#asking) {
      this.#asking = true
      setImmediate(() => void this.#ask())
    }
    return promise
  }

  async #ask(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0, KEYS_MAX)
      const found = await this.#read(asked.map(({ repeatKey }) => repeatKey))
      for (const { repeatKey, resolve } of asked) resolve(found.get(repeatKey))
    }
    this.#asking = false
  }

  async #read(repeatKeys: readonly string[]): Promise<ReadonlyMap<string, Sighting>> {
    const found = new Map<string, Sighting>()
    try {
      const [reply] = await this.#connection.all([
        { name: 'sighted', text: REPEATED, values: [bytesArray(repeatKeys)] },
      ])
      for (const row of reply?.rows ?? []) {
        found.set(latin1(row.repeat_key), answerFrom(row) ?? 'under_way')
      }
    } catch {
      // The store is away: nothing is known.
    }
    return found
  }
}
