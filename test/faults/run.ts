/**
 * The long faults (`npm run test:faults`): a hundred thousand fuzzed requests over both protocols.
 * An argument is the seed of a run to repeat.
 */
import { fuzz, type MemorySample } from './fuzz.ts'

const REQUESTS = 100_000
/** Growth over the second half: repeats and nonces are remembered for minutes, and no more. */
const HEAP_BYTES_A_REQUEST_MAX = 100
const RESIDENT_BYTES_MAX = 32 * 2 ** 20

const seed = Number(process.argv[2] ?? Date.now() % 2 ** 32)
print(`fuzz: seed ${seed}`)
const startedMs = performance.now()
const { codes, unanswered, findings, memory } = await fuzz({ seed, requests: REQUESTS })

for (const [code, count] of [...codes].sort(([, a], [, b]) => b - a)) print(`${count}\t${code}`)
print(`${unanswered}\tno reply to a request of doubtful framing`)
for (const sample of memory) {
  print(
    `after ${sample.requests}: ${inMiB(sample.residentBytes)} resident, ${inMiB(sample.heapBytes)} heap`,
  )
}
for (const finding of findings) print(`FOUND ${finding}`)
const growth = growthOf(memory)
const seconds = ((performance.now() - startedMs) / 1000).toFixed(0)
const perRequest = growth.heapBytes / (REQUESTS / 2)
print(
  `fuzz: seed ${seed}, ${REQUESTS} requests in ${seconds} s, ${codes.size} codes, ${findings.length} findings, grown by ${perRequest.toFixed(0)} bytes of heap a request and ${inMiB(growth.residentBytes)} resident`,
)
const isFlat = perRequest < HEAP_BYTES_A_REQUEST_MAX && growth.residentBytes < RESIDENT_BYTES_MAX
process.exitCode = findings.length === 0 && isFlat ? 0 : 1

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

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
