const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom')

/**
 * One personal or secret value that prints as `***` everywhere: string conversion, JSON, inspection.
 *
 * Only the wire (protocols), the token function (registry) and storage may open it; the tidy test
 * checks who calls `reveal`.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The clear value. Call sites are limited by the tidy test. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return '***'
  }

  toJSON(): string {
    return '***'
  }

  [INSPECT](): string {
    return '***'
  }
}
