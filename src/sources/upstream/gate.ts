/** Room for so many calls at a time; who finds none waits a little and then goes elsewhere. */

export class Gate {
  readonly #roomMax: number
  readonly #waitMs: number
  #inside = 0
  readonly #waiting = new Set<() => void>()

  constructor(roomMax: number, waitMs: number) {
    this.#roomMax = roomMax
    this.#waitMs = waitMs
  }

  /** Calls under way. */
  get inside(): number {
    return this.#inside
  }

  /** Calls that wait for room. */
  get waiting(): number {
    return this.#waiting.size
  }

  /** Whether there was room within the waiting time; who is let in must `leave` once. */
  enter(): Promise<boolean> | boolean {
    if (this.enterNow()) return true
    // Nobody queues behind a crowd that could not be served in time anyway.
    if (this.#waiting.size >= this.#roomMax) return false
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(false), this.#waitMs)
      const letIn = () => end(true)
      const end = (entered: boolean) => {
        clearTimeout(timer)
        this.#waiting.delete(letIn)
        resolve(entered)
      }
      this.#waiting.add(letIn)
    })
  }

  /** Whether there was room at once; who is let in must `leave` once. */
  enterNow(): boolean {
    if (this.#inside >= this.#roomMax) return false
    this.#inside++
    return true
  }

  /** Makes room for the one who has waited longest. */
  leave(): void {
    const [next] = this.#waiting
    if (next === undefined) this.#inside--
    else next()
  }
}
