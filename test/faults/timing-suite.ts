/** The timing comparisons as a fault suite of the nightly run. */
import { measureTiming } from './timing.ts'

const SAMPLES = 100_000

export const TIMING_SUITE = {
  name: 'timing',
  async run(_seed: number, print: (line: string) => void) {
    const findings: string[] = []
    await measureTiming(SAMPLES, ({ name, auc, aucMax, t, samples }) => {
      const said = `${name}: AUC ${auc.toFixed(4)} (at most ${aucMax}), t ${t.toFixed(2)}, n ${samples}`
      print(said)
      if (auc > aucMax) findings.push(said)
    })
    return findings.length > 0 ? { findings } : { held: 'no reply tells by its time' }
  },
}
