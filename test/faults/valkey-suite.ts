/** Fault C9 as a fault suite: three rounds of each way to lose the Valkey. */
import { redisProgram } from '../support/redis.ts'
import { endOf, type Suite } from './suite.ts'
import { LIMIT, loseValkey } from './valkey-loss.ts'

const ROUNDS = 3

export const valkeyLoss: Suite = {
  name: 'Valkey lost',
  async run(_seed, print) {
    const program = redisProgram()
    if (program === undefined) return { skipped: 'no Valkey or Redis (Debian: redis-server)' }
    const { rounds, accepted, others, ledgers } = await loseValkey(program, ROUNDS)
    const findings = others.map((said) => `an undocumented reply: ${said}`)
    for (const { fault, densest, during, after } of rounds) {
      print(`${fault}: at most ${densest} in a second; ${during}/s without it, ${after}/s again`)
      if (densest > LIMIT + 1) findings.push(`${fault}: ${densest} accepted in a second`)
      // How many come through depends on the machine as well; none is a limit that is shut.
      if (during === 0 || after === 0) findings.push(`${fault}: closed for good`)
    }
    if (ledgers.some(({ code }) => code !== 0)) findings.push('a ledger does not hold')
    return endOf(findings, `${rounds.length} losses under ${accepted} accepted calls`)
  },
}
