/** A process that charges calls as fast as it can and prints each serial number that is durable. */

import { openMeter } from '../../src/storage/sqlite/meter.ts'
import { callOf, TestClock } from './ledger-store.ts'

const CALLERS = 32

const [dataDir] = process.argv.slice(2)
const clock = new TestClock()
const meter = await openMeter({
  dataDir: dataDir ?? '',
  clock,
  serialBlock: 4_096,
  onFatal: (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  },
})

async function caller(): Promise<void> {
  for (;;) {
    const serial = meter.serials.next()
    const fault = await meter.burn(callOf(serial, clock.nowMs()))
    process.stdout.write(fault === undefined ? `charged ${serial}\n` : `refused ${serial}\n`)
    // Once the quota is used up, calls go on being refused, but a turn at a time.
    if (fault !== undefined) await new Promise((resolve) => setImmediate(resolve))
  }
}

await Promise.all(Array.from({ length: CALLERS }, caller))
