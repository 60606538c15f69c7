/** Notices a reply that was meant for another call: a vendor's own name of a call is unique. */

/** Names kept at one time, the oldest forgotten first. */
const KEPT_MAX = 4_096

export class References {
  readonly #questions = new Map<string, string>()

  /**
   * Whether a vendor has given this name to another question before. The same question may bring the
   * same name: a vendor may repeat its answer to a repeated request.
   */
  isForeign(reference: string, question: string): boolean {
    if (reference === '') return false
    const known = this.#questions.get(reference)
    if (known !== undefined) return known !== question
    if (this.#questions.size >= KEPT_MAX) {
      this.#questions.delete(this.#questions.keys().next().value as string)
    }
    this.#questions.set(reference, question)
    return false
  }
}
