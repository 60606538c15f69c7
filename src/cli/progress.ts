/** The progress of an import: one line that renews itself on a terminal, a line now and then elsewhere. */
import type { Context } from './context.ts'

/** What is shown of it. */
export interface Progress {
  readonly phase: 'read' | 'write'
  readonly rows: number
  readonly rowsPerSecond: number
  readonly secondsLeft: number | undefined
}

const RENEWAL_MS = 200
const PLAIN_LINE_MS = 5_000
const ERASE_LINE = '\r\u001b[K'

export class ProgressLine {
  readonly #context: Context
  readonly #stream: NodeJS.WriteStream
  #shownMs: number
  #phase: Progress['phase'] = 'read'

  constructor(context: Context, stream: NodeJS.WriteStream = process.stderr) {
    this.#context = context
    this.#stream = stream
    this.#shownMs = context.nowMs()
  }

  /** Shows the state of things, unless the last one was shown a moment ago. */
  show(progress: Progress): void {
    const nowMs = this.#context.nowMs()
    const due = nowMs - this.#shownMs >= (this.#stream.isTTY ? RENEWAL_MS : PLAIN_LINE_MS)
    if (!due && progress.phase === this.#phase) return
    this.#shownMs = nowMs
    this.#phase = progress.phase
    const line = this.#line(progress)
    if (this.#stream.isTTY) this.#stream.write(`${ERASE_LINE}${line}`)
    else this.#context.err(line)
  }

  /** Leaves the terminal's line empty for what comes next. */
  clear(): void {
    if (this.#stream.isTTY) this.#stream.write(ERASE_LINE)
  }

  #line({ phase, rows, rowsPerSecond, secondsLeft }: Progress): string {
    const { registry, units } = this.#context.locale
    const count = rows.toLocaleString('en')
    if (phase === 'write') return registry.writing(count)
    const rate = Math.round(rowsPerSecond).toLocaleString('en')
    if (secondsLeft === undefined) return registry.reading(count, rate)
    const left =
      secondsLeft < 90
        ? units.seconds(Math.ceil(secondsLeft))
        : units.minutes(Math.ceil(secondsLeft / 60))
    return registry.progress(count, rate, left)
  }
}
