/** The timing comparisons as a fault suite of the nightly run. */
import { endOf, type Suite } from './suite.ts'
import { measureTiming } from './timing.ts'

const SAMPLES = 100_000

export const timing: Suite = {
  name: 'what the time of a refusal tells',
  async run(_seed, print) {
    const findings: string[] = []
    await measureTiming(SAMPLES, ({ name, auc, aucMax, t, samples }) => {
      const said = `${name}: AUC ${auc.toFixed(4)} (at most ${aucMax}), t ${t.toFixed(2)}, n ${samples}`
      print(said)
      if (auc > aucMax) findings.push(said)
    })
    return endOf(findings, `${SAMPLES} samples of each comparison`)
  },
}
