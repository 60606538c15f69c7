/** The chaos that an operator has switched on in the sandbox, as of the last look. */
import type { Chaos } from '../sandbox/chaos.ts'

export class CurrentChaos {
  readonly #read: () => Promise<Chaos | undefined>
  #now: Chaos | undefined

  constructor(read: () => Promise<Chaos | undefined>) {
    this.#read = read
  }

  /** Undefined while there is none. */
  get now(): Chaos | undefined {
    return this.#now
  }

  async refresh(): Promise<void> {
    this.#now = await this.#read()
  }
}
