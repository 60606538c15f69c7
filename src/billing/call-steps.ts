/** How long the steps of a call took, as its row keeps them: one short text, empty where nothing is known. */

/** The steps that a row tells of, in the order of the call. What follows them is the source's. */
export const CALL_STEPS = ['admitted', 'checked', 'reserved'] as const

export type CallStep = (typeof CALL_STEPS)[number]

/** Microseconds since the call's start at which a step was done; absent where the call did not come so far. */
export type StepTimes = { readonly [S in CallStep]?: number }

/** The text of a row. A step that was left out, as reserving is where nothing is reserved, is a dash. */
export function writeSteps(times: StepTimes): string {
  const words = CALL_STEPS.map((step) => times[step]?.toString() ?? '-')
  return words.join(' ').replace(/( ?-)+$/, '')
}

/** The times in the text of a row. */
export function readSteps(text: string): StepTimes {
  const words = text.split(' ')
  return Object.fromEntries(
    CALL_STEPS.flatMap((step, i) =>
      /^\d+$/.test(words[i] ?? '') ? [[step, Number(words[i])]] : [],
    ),
  )
}
