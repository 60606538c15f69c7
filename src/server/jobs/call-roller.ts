/** Counts calls by hours while the service runs, once it is certain that none before them can come. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../domain/clock.ts'
import type { Events } from '../../observe/events.ts'
import { SqlCallHours } from '../../storage/sql/call-hours.ts'
import type { SqlEngine } from '../../storage/sql/engine.ts'
import { Routine } from '../routine.ts'

/** No call takes so long: its deadline, the end of its reservation and its commit lie before. */
const CALL_ENDS_WITHIN_US = 180_000_000
/** Parts counted in one turn: a long log is caught up with in several, so that a stop never waits long. */
const PARTS_A_TURN = 200

/** How often a node counts. */
export const ROLL_TURN_MS = 15_000

/** A position that had been reached at a moment. */
interface Mark {
  readonly position: number
  readonly atUs: number
}

export class CallRoller {
  readonly #hours: SqlCallHours
  readonly #clock: Clock
  /** The oldest first. */
  #marks: readonly Mark[] = []

  constructor(hours: SqlCallHours, clock: Clock) {
    this.#hours = hours
    this.#clock = clock
  }

  /** One turn: what had begun long ago by the clock that is never stepped is counted now. */
  async turn(): Promise<void> {
    const nowUs = this.#clock.monotonicUs()
    const ended = this.#marks.findLast(({ atUs }) => atUs <= nowUs - CALL_ENDS_WITHIN_US)
    const position = await this.#hours.frontier(this.#clock.nowMs())
    const young = this.#marks.filter(({ atUs }) => atUs > nowUs - CALL_ENDS_WITHIN_US)
    this.#marks = [...(ended === undefined ? [] : [ended]), ...young, { position, atUs: nowUs }]
    if (ended === undefined) return
    for (let i = 0; i < PARTS_A_TURN && (await this.#hours.roll(ended.position)); i++) {
      await nextTurn()
    }
  }
}

/** Starts the turns of this node; they end, the last one whole, when `closing` does. */
export function startCallRoller(
  { engine, clock, events }: { engine: SqlEngine; clock: Clock; events: Events },
  closing: AsyncDisposableStack,
): void {
  const roller = new CallRoller(new SqlCallHours(engine), clock)
  const routine = new Routine(ROLL_TURN_MS, async () => {
    await roller.turn().catch((error: unknown) => events.jobFailed('call_hours', error))
  })
  closing.defer(() => routine.stop())
}
