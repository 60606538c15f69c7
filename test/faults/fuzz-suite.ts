/** A hundred thousand fuzzed requests over both protocols, and what they leave behind in memory. */
import { fuzz, type MemorySample } from './fuzz.ts'
import { endOf, type Suite } from './suite.ts'

const REQUESTS = 100_000
/** Growth over the second half: repeats and nonces are remembered for minutes, and no more. */
const HEAP_BYTES_A_REQUEST_MAX = 100
const RESIDENT_BYTES_MAX = 32 * 2 ** 20

export const fuzzSuite: Suite = {
  name: 'fuzz',
  async run(seed, print) {
    const { codes, unanswered, findings, memory } = await fuzz({ seed, requests: REQUESTS })
    for (const [code, count] of [...codes].sort(([, a], [, b]) => b - a)) print(`${count}\t${code}`)
    print(`${unanswered}\tno reply to a request of doubtful framing`)
    for (const { requests, residentBytes, heapBytes } of memory) {
      print(`after ${requests}: ${inMiB(residentBytes)} resident, ${inMiB(heapBytes)} heap`)
    }
    const growth = growthOf(memory)
    const perRequest = growth.heapBytes / (REQUESTS / 2)
    const grown = `grown by ${perRequest.toFixed(0)} bytes of heap a request and ${inMiB(growth.residentBytes)} resident`
    const isFlat =
      perRequest < HEAP_BYTES_A_REQUEST_MAX && growth.residentBytes < RESIDENT_BYTES_MAX
    return endOf(
      isFlat ? findings : [...findings, grown],
      `${REQUESTS} requests, ${codes.size} codes, ${grown}`,
    )
  },
}

/** What the process grew by over the second half, when everything is warm. */
function growthOf(samples: readonly MemorySample[]): Omit<MemorySample, 'requests'> {
  const [half, end] = [samples[samples.length / 2 - 1], samples.at(-1)]
  return {
    heapBytes: (end?.heapBytes ?? Number.NaN) - (half?.heapBytes ?? Number.NaN),
    residentBytes: (end?.residentBytes ?? Number.NaN) - (half?.residentBytes ?? Number.NaN),
  }
}

function inMiB(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}
