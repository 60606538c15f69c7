/** Work that is done again and again: never twice at a time, and ended before what it works on. */

export class Routine {
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined

  /** `work` must not reject; a turn that comes while it is still at work is left out. */
  constructor(intervalMs: number, work: () => Promise<void>) {
    this.#timer = setInterval(() => {
      this.#running ??= work().finally(() => {
        this.#running = undefined
      })
    }, intervalMs)
  }

  /** Settles when the last turn has ended. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }
}
